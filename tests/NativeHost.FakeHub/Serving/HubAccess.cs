namespace NativeHost.Testing;

/// <summary>Who may see what, and the words in which the hub says no.</summary>
internal static class HubAccess
{
    /// <summary>The repository of the request, if the request may see it; else the refusal has been sent.</summary>
    /// <param name="forContent">Whether a file's content is asked for, which a gate forbids while the listing stays open.</param>
    public static async Task<FakeRepo?> FindRepoAsync(Exchange exchange, bool forContent)
    {
        var token = exchange.Token;
        if (!await KnowsTokenAsync(exchange))
        {
            return null;
        }

        var repo = exchange.Hub.FindRepo(exchange.Route.Repo);
        if (repo is null || (repo.IsPrivate && !repo.Allows(token)))
        {
            await (token is null
                ? exchange.RefuseAsync(401, null, "Invalid username or password.")
                : exchange.RefuseAsync(404, "RepoNotFound", "Repository not found"));
            return null;
        }

        if (repo.IsDisabled)
        {
            await exchange.RefuseAsync(403, null, "Access to this resource is disabled.");
            return null;
        }

        if (forContent && repo.Gate != Gate.None && !repo.Allows(token))
        {
            await (token is null
                ? exchange.RefuseAsync(401, "GatedRepo", $"Access to model {repo.Id} is restricted. You must have access to it and be authenticated to access it. Please log in.")
                : exchange.RefuseAsync(403, "GatedRepo", $"Access to model {repo.Id} is restricted and you are not in the authorized list. Visit {exchange.Hub.Endpoint}{repo.Id} to ask for access."));
            return null;
        }

        return repo;
    }

    /// <summary>Whether there is no token or one that the hub gave out; else the refusal has been sent.</summary>
    public static async Task<bool> KnowsTokenAsync(Exchange exchange)
    {
        if (exchange.Token is { } token && exchange.Hub.UserOf(token) is null)
        {
            await exchange.RefuseAsync(401, null, "Invalid credentials in Authorization header");
            return false;
        }

        return true;
    }

    /// <summary>The commit that the request names; null where there is none, and then the refusal has been sent.</summary>
    public static async Task<FakeCommit?> FindCommitAsync(Exchange exchange, FakeRepo repo)
    {
        var commit = repo.Find(exchange.Route.Revision);
        if (commit is null)
        {
            await exchange.RefuseAsync(404, "RevisionNotFound", $"Invalid rev id: {exchange.Route.Revision}");
        }

        return commit;
    }
}
