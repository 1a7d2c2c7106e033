using System.Text.Json;
using System.Text.Json.Nodes;

namespace NativeHost.Testing;

/// <summary>The hub's questions and answers about repositories: everything below <c>/api</c> but the bytes of files.</summary>
internal static class HubApi
{
    public static async Task InfoAsync(Exchange exchange)
    {
        if (await HubAccess.FindRepoAsync(exchange, forContent: false) is { } repo && await HubAccess.FindCommitAsync(exchange, repo) is { } commit)
        {
            await exchange.SendJsonAsync(RepoJson.Only(RepoJson.Info(repo, commit, exchange.Asks("blobs")), Expanded(exchange)));
        }
    }

    public static async Task RefsAsync(Exchange exchange)
    {
        if (await HubAccess.FindRepoAsync(exchange, forContent: false) is { } repo)
        {
            await exchange.SendJsonAsync(RepoJson.Refs(repo));
        }
    }

    public static async Task TreeAsync(Exchange exchange)
    {
        if (await HubAccess.FindRepoAsync(exchange, forContent: false) is not { } repo || await HubAccess.FindCommitAsync(exchange, repo) is not { } commit)
        {
            return;
        }

        var expand = exchange.Asks("expand");
        var entries = Entries(commit, exchange.Route.Path, exchange.Asks("recursive"));
        if (entries.Count == 0 && exchange.Route.Path.Length > 0)
        {
            await exchange.RefuseAsync(404, "EntryNotFound", $"{exchange.Route.Path} does not exist on \"{exchange.Route.Revision}\"");
            return;
        }

        var page = exchange.Page(entries, expand ? exchange.Hub.ExpandedPageSize : exchange.Hub.PageSize);
        await exchange.SendJsonAsync(new JsonArray([.. page.Select(path =>
            commit.Files.TryGetValue(path, out var file) ? RepoJson.Entry(file, expand) : RepoJson.Folder(path, commit, expand))]));
    }

    public static async Task PathsInfoAsync(Exchange exchange)
    {
        if (await HubAccess.FindRepoAsync(exchange, forContent: false) is not { } repo || await HubAccess.FindCommitAsync(exchange, repo) is not { } commit)
        {
            return;
        }

        var (paths, expand) = await ReadPathsAsync(exchange);
        var folders = Entries(commit, "", recursive: true).Where(path => !commit.Files.ContainsKey(path)).ToHashSet(StringComparer.Ordinal);
        var found = new JsonArray();
        foreach (var path in paths)
        {
            if (commit.Files.TryGetValue(path, out var file))
            {
                found.Add(RepoJson.Entry(file, expand));
            }
            else if (folders.Contains(path))
            {
                found.Add(RepoJson.Folder(path, commit, expand));
            }
        }

        await exchange.SendJsonAsync(found);
    }

    public static async Task WhoAmIAsync(Exchange exchange)
    {
        if (!await HubAccess.KnowsTokenAsync(exchange))
        {
            return;
        }

        if (exchange.Token is not { } token)
        {
            await exchange.RefuseAsync(401, null, "Invalid username or password.");
            return;
        }

        var user = exchange.Hub.UserOf(token)!;
        await exchange.SendJsonAsync(new JsonObject
        {
            ["type"] = "user",
            ["id"] = new BytesContent(System.Text.Encoding.UTF8.GetBytes(user)).GitOid[..24],
            ["name"] = user,
            ["fullname"] = user,
            ["email"] = $"{user}@example.org",
            ["emailVerified"] = true,
            ["isPro"] = false,
            ["canPay"] = false,
            ["periodEnd"] = null,
            ["avatarUrl"] = "/avatars/none.svg",
            ["orgs"] = new JsonArray(),
            ["auth"] = new JsonObject
            {
                ["type"] = "access_token",
                ["accessToken"] = new JsonObject { ["displayName"] = "test", ["role"] = "read", ["createdAt"] = "2026-01-01T00:00:00.000Z" },
            },
        });
    }

    public static async Task SearchAsync(Exchange exchange)
    {
        if (!await HubAccess.KnowsTokenAsync(exchange))
        {
            return;
        }

        string Wanted(string name) => exchange.Query.GetValueOrDefault(name).ToString();
        var filters = exchange.Query.GetValueOrDefault("filter");
        var found = exchange.Hub.Repos
            .OrderBy(repo => repo.Id, StringComparer.Ordinal)
            .Where(repo => !repo.IsPrivate || repo.Allows(exchange.Token))
            .Where(repo => repo.Id.Contains(Wanted("search"), StringComparison.OrdinalIgnoreCase))
            .Where(repo => Wanted("author").Length == 0 || repo.Id.StartsWith($"{Wanted("author")}/", StringComparison.OrdinalIgnoreCase))
            .Where(repo => !filters.Contains("gguf") || repo.Head.Files.Keys.Any(path => path.EndsWith(".gguf", StringComparison.Ordinal)));
        var sorted = (Wanted("sort"), Wanted("direction")) switch
        {
            ("downloads", "1") => found.OrderBy(repo => repo.Downloads),
            ("downloads", _) => found.OrderByDescending(repo => repo.Downloads),
            _ => found,
        };

        var page = exchange.Page(sorted.ToList(), exchange.Hub.PageSize);
        var fields = Expanded(exchange);
        await exchange.SendJsonAsync(new JsonArray([.. page.Select(repo => RepoJson.Only(RepoJson.Info(repo, repo.Head, blobs: false), fields))]));
    }

    /// <summary>What a client needs for the protocol of chunks, which nobody here speaks further.</summary>
    public static async Task XetTokenAsync(Exchange exchange)
    {
        if (await HubAccess.FindRepoAsync(exchange, forContent: true) is not null)
        {
            await exchange.SendJsonAsync(new JsonObject { ["accessToken"] = "xet_fake", ["exp"] = 4102444800, ["casUrl"] = exchange.Hub.CdnEndpoint.AbsoluteUri });
        }
    }

    /// <summary>Paths of files and folders below a folder, in ordinal order.</summary>
    private static List<string> Entries(FakeCommit commit, string folder, bool recursive)
    {
        var prefix = folder.Length == 0 ? "" : $"{folder}/";
        var entries = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in commit.Files.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            for (var slash = path.IndexOf('/', prefix.Length); slash >= 0; slash = recursive ? path.IndexOf('/', slash + 1) : -1)
            {
                entries.Add(path[..slash]);
            }

            if (recursive || path.IndexOf('/', prefix.Length) < 0)
            {
                entries.Add(path);
            }
        }

        return [.. entries];
    }

    private static List<string> Expanded(Exchange exchange)
        => [.. exchange.Query.GetValueOrDefault("expand").Concat(exchange.Query.GetValueOrDefault("expand[]")).OfType<string>()];

    private static async Task<(IReadOnlyList<string> Paths, bool Expand)> ReadPathsAsync(Exchange exchange)
    {
        var request = exchange.Context.Request;
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(exchange.Context.RequestAborted);
            return ([.. form["paths"].OfType<string>()], form["expand"].ToString() is "true" or "True" or "1");
        }

        using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: exchange.Context.RequestAborted);
        var paths = json.RootElement.GetProperty("paths").EnumerateArray().Select(path => path.GetString()!).ToList();
        return (paths, json.RootElement.TryGetProperty("expand", out var expand) && expand.ValueKind == JsonValueKind.True);
    }
}
