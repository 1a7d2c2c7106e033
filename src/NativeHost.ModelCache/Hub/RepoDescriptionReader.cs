using System.Text.Json;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Hub;

/// <summary>Reads the hub's description of a repository: <c>{"id","sha","gated":false|"auto"|"manual","private","cardData":{"license"},"gguf":{…}}</c>.</summary>
/// <remarks>Only the commit is needed. What else has another type than it should is taken as not said.</remarks>
internal static class RepoDescriptionReader
{
    private const string LicenseTag = "license:";

    /// <exception cref="FormatException">There is no commit.</exception>
    public static string ReadCommit(JsonElement repo)
        => repo.NeedText("sha") is var commit && HubAddresses.IsCommit(commit) ? commit : throw new FormatException("its field \"sha\" is no commit");

    public static IEnumerable<SearchHit> ReadHits(JsonElement hits)
    {
        if (hits.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("no list of repositories");
        }

        foreach (var hit in hits.EnumerateArray())
        {
            if (RepoId.TryParse(hit.TextOrNull("id") ?? hit.TextOrNull("modelId"), out var repo))
            {
                yield return new SearchHit(repo, Read(hit));
            }
        }
    }

    public static RepoDescription Read(JsonElement repo)
        => new()
        {
            Gate = ReadGate(repo),
            IsPrivate = repo.IsTrue("private"),
            IsDisabled = repo.IsTrue("disabled"),
            License = HubWords.NameOrNull(ReadLicense(repo)),
            Downloads = repo.LongOrNull("downloads"),
            Likes = repo.LongOrNull("likes"),
            LastModified = repo.TimeOrNull("lastModified"),
            Gguf = repo.FieldOrNull("gguf") is { ValueKind: JsonValueKind.Object } gguf
                ? new GgufHints(HubWords.NameOrNull(gguf.TextOrNull("architecture")), gguf.LongOrNull("total"), gguf.LongOrNull("context_length"))
                : null,
        };

    // A kind of gate that we do not know is one.
    private static RepoGate ReadGate(JsonElement repo)
        => repo.FieldOrNull("gated") is not { ValueKind: not JsonValueKind.False } gated ? RepoGate.None
            : gated.TextOrNull() == "auto" ? RepoGate.Automatic
            : RepoGate.Manual;

    private static string? ReadLicense(JsonElement repo)
    {
        var license = repo.FieldOrNull("cardData")?.FieldOrNull("license");
        return license switch
        {
            { ValueKind: JsonValueKind.String } one => one.TextOrNull(),
            { ValueKind: JsonValueKind.Array } several => string.Join(", ", several.EnumerateArray().Select(JsonFields.TextOrNull).Where(name => name is not null)),
            _ => Tags(repo).FirstOrDefault(tag => tag.StartsWith(LicenseTag, StringComparison.Ordinal))?[LicenseTag.Length..],
        };
    }

    private static IEnumerable<string> Tags(JsonElement repo)
        => repo.FieldOrNull("tags") is { ValueKind: JsonValueKind.Array } tags
            ? tags.EnumerateArray().Select(JsonFields.TextOrNull).OfType<string>()
            : [];
}
