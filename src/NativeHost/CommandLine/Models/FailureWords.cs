using NativeHost.ModelCache;

namespace NativeHost.CommandLine.Models;

/// <summary>What a person in a terminal is told of a failure, and can do about it.</summary>
internal static class FailureWords
{
    /// <returns>Lines.</returns>
    public static IEnumerable<string> Of(ModelCacheException failure)
        => failure.Access is { } pages
            ? Steps(failure.Fault, pages).Select((step, index) => index == 0 ? $"tabagent: {step}" : $"  {index}. {step}")
            : [$"tabagent: {failure.Message}"];

    /// <summary>What is the matter, and then what to do, one after the other.</summary>
    private static string[] Steps(CacheFault fault, AccessPages pages) => fault switch
    {
        CacheFault.GatedLogin =>
        [
            $"{pages.Repo} is for people who have accepted its terms. To be one of them:",
            $"Accept the terms: {pages.RepoPage}",
            $"Make a token with the right to read: {pages.TokensPage}",
            "Give it to this program: tabagent token set",
            "Type the same command again.",
        ],
        CacheFault.GatedAccept =>
        [
            $"{pages.Repo} is for people who have accepted its terms, and the token's user is not among them yet:",
            $"Accept the terms as the token's user: {pages.RepoPage} (some authors look at each request first; tabagent token status says who the user is)",
            $"See to it that the token may read gated repositories: {pages.TokensPage}",
            "Type the same command again.",
        ],
        _ =>
        [
            "The hub does not know the token. Either:",
            $"Make a new one with the right to read, and set it: {pages.TokensPage}, then tabagent token set",
            "Or do without, for what is public needs none: tabagent token clear",
        ],
    };
}
