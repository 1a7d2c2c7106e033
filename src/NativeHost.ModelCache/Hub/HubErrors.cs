using System.Net;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>What an answer that is no success means, and what the person can do.</summary>
/// <remarks>
/// <c>X-Error-Code</c> tells most cases apart. A repository that is not there, or that the asker may not know of, is a 401 without a code for who
/// brings no token. Bodies are not read: they may be web pages, and endless.
/// </remarks>
internal static class HubErrors
{
    public static ModelCacheException Of(HttpResponseMessage response, HubQuestion question, Uri endpoint)
    {
        var token = response.RequestMessage?.Headers.Authorization?.Parameter;
        var words = HubWords.Clean(Header(response, "X-Error-Message") ?? "", token);
        var requestId = Header(response, "X-Request-Id") ?? Header(response, "X-Amzn-Trace-Id") ?? Header(response, "X-Amz-Cf-Id");
        var asker = new Asker(endpoint, token is not null);
        var (fault, message) = Explain(response, question, asker, words);
        return new ModelCacheException(fault, message)
        {
            Access = fault is CacheFault.GatedLogin or CacheFault.GatedAccept or CacheFault.TokenInvalid ? asker.PagesFor(question.Repo) : null,
            RequestId = requestId is null ? null : HubWords.NameOrNull(HubWords.Clean(requestId, token)),
        };
    }

    public static ModelCacheException Offline(HubQuestion question)
        => new(
            CacheFault.Offline,
            $"Nothing was asked about {question.Repo?.ToString() ?? "the hub"}: HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE forbids every request. "
            + "Remove the variable to go online; what is in the cache can be used without.");

    public static ModelCacheException RateLimited(Uri endpoint, DateTimeOffset retryAt)
        => new(CacheFault.RateLimited, $"{endpoint.Host} wants fewer requests. Try again after {retryAt:HH:mm:ss} UTC; with a token it allows more.")
        {
            RetryAt = retryAt,
        };

    public static ModelCacheException NotAHub(Uri address, string what)
        => new(
            CacheFault.HubFailed,
            $"{address.Host} answered what no hub answers: {what}. "
            + "Check the hub's address, the proxy and the network's login page; else try again later.");

    /// <summary>Whether the hub itself refused, and not something on the way to it.</summary>
    public static bool IsTheHubsWord(HttpResponseMessage response)
        => Header(response, "X-Error-Code") is not null || Header(response, "X-Error-Message") is not null;

    public static string? Header(HttpResponseMessage response, string name)
        => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static (CacheFault Fault, string Message) Explain(HttpResponseMessage response, HubQuestion question, Asker asker, string words)
    {
        var repo = question.Repo;
        return (response.StatusCode, Header(response, "X-Error-Code")) switch
        {
            (HttpStatusCode.Unauthorized, _) when repo is null || words.StartsWith("Invalid credentials", StringComparison.OrdinalIgnoreCase) => (
                CacheFault.TokenInvalid,
                $"{asker.Host} does not know the token. {asker.HowToGetOne}, or clear the token: what is public needs none."),
            (HttpStatusCode.Unauthorized, "GatedRepo") when repo is not null => (
                CacheFault.GatedLogin,
                $"{repo} is for people who have accepted its terms. Accept them at {asker.PageOf(repo)}, then: {asker.HowToGetOne}."),
            (HttpStatusCode.Forbidden, "GatedRepo") when repo is not null => (
                CacheFault.GatedAccept,
                $"{repo} is for people who have accepted its terms, and you are not among them yet. Open {asker.PageOf(repo)}, accept them there with the user "
                + "whose token is set, and try again; some authors look at each request first. The token needs the right to read gated repositories."),
            (HttpStatusCode.Forbidden, _) when repo is not null && words.Contains("disabled", StringComparison.OrdinalIgnoreCase) => (
                CacheFault.RepositoryNotFound,
                $"{asker.Host} has closed {repo} for everybody. Choose another repository."),
            (_, "RevisionNotFound") when repo is not null => (
                CacheFault.RevisionNotFound,
                $"{repo} has no revision \"{question.Revision}\". Its branches are at {asker.PageOf(repo)}/tree/main; main is the usual one."),
            (_, "EntryNotFound") when repo is not null => NoFile(repo, question, asker),
            (_, "RepoNotFound") or (HttpStatusCode.Unauthorized or HttpStatusCode.Gone, _) when repo is not null => NoRepository(repo, asker),
            (HttpStatusCode.NotFound, _) when repo is not null => question.Path is null ? NoRepository(repo, asker) : NoFile(repo, question, asker),
            (HttpStatusCode.TooManyRequests, _) => (
                CacheFault.RateLimited,
                $"{asker.Host} wants fewer requests. Try again in some minutes; with a token it allows more."),
            (HttpStatusCode.ProxyAuthenticationRequired, _) => (CacheFault.Network, NetworkErrors.ProxyLogin().Message),
            (HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError, _) => (
                CacheFault.Network,
                $"{asker.Host} is out of order at the moment (status {(int)response.StatusCode}). Try again later; https://status.huggingface.co knows more."),
            _ => (
                CacheFault.HubFailed,
                $"{asker.Host} refused the request with status {(int)response.StatusCode}{(words.Length == 0 ? "" : $" and the words \"{words}\"")}. "
                + "Check the token's rights, the hub's address and the proxy."),
        };
    }

    private static (CacheFault Fault, string Message) NoRepository(RepoId repo, Asker asker)
        => (CacheFault.RepositoryNotFound,
            asker.HasToken
                ? $"There is no repository {repo}, or the token's user may not see it. Check the name, and the token's rights at {asker.Tokens}."
                : $"There is no repository {repo}, or it is somebody's own. Check the name. If it is yours: {asker.HowToGetOne}.");

    private static (CacheFault Fault, string Message) NoFile(RepoId repo, HubQuestion question, Asker asker)
        => (CacheFault.FileNotFound, $"{repo} has no file \"{question.Path}\" at {question.Revision}. Its files are at {asker.PageOf(repo)}/tree/main.");

    private sealed record Asker(Uri Endpoint, bool HasToken)
    {
        public string Host => Endpoint.Host;

        public string Tokens => $"{Endpoint.AbsoluteUri.TrimEnd('/')}/settings/tokens";

        public string HowToGetOne => $"make a token with the right to read at {Tokens}, and set it: with tabagent token set, by set_hf_token, or in HF_TOKEN";

        public AccessPages PagesFor(RepoId? repo) => new(repo?.ToString(), repo is null ? null : PageOf(repo), Tokens);

        public string PageOf(RepoId repo) => $"{Endpoint.AbsoluteUri.TrimEnd('/')}/{repo}";
    }
}
