using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;

namespace NativeHost.CommandLine.Models;

/// <summary>What <c>pull --json</c> prints.</summary>
/// <param name="State"><c>planned</c> or <c>completed</c>.</param>
/// <param name="Revision">The branch, tag or commit that was asked for.</param>
/// <param name="License">Null where the hub does not say, or could not be asked.</param>
/// <param name="Gated"><c>auto</c> or <c>manual</c> where its terms have to be accepted; else null.</param>
/// <param name="MissingBytes">Bytes that were not here before.</param>
/// <param name="ReceivedBytes">Bytes that came over the network.</param>
/// <param name="NeededDiskBytes">With what has to stay free beside it.</param>
/// <param name="FreeDiskBytes">Before it; null where that is not known.</param>
/// <param name="MemoryBytes">That the model takes when it is loaded, about.</param>
/// <param name="Fits">Whether that is free.</param>
/// <param name="FittingQuants">Those that fit, where it does not.</param>
/// <param name="Path">Of the file to load; null where nothing was downloaded.</param>
internal sealed record PullOutcome(
    string State,
    string Repo,
    string Revision,
    string Commit,
    string Quant,
    string? License,
    string? Gated,
    long TotalBytes,
    long MissingBytes,
    long ReceivedBytes,
    long NeededDiskBytes,
    long? FreeDiskBytes,
    long MemoryBytes,
    long FreeMemoryBytes,
    bool Fits,
    IReadOnlyList<string> FittingQuants,
    IReadOnlyList<string> Files,
    string? Path)
{
    public static PullOutcome Of(PullOutlook outlook, string state, long receivedBytes, string? path) => new(
        state,
        outlook.Plan.Repo.ToString(),
        outlook.Plan.Revision,
        outlook.Plan.Commit,
        outlook.Plan.Variant.LabelText,
        outlook.Plan.Description?.License,
        WireWord.OfGate(outlook.Plan.Description?.Gate),
        outlook.Plan.Variant.TotalBytes,
        outlook.Plan.MissingBytes,
        receivedBytes,
        outlook.NeededDiskBytes,
        outlook.FreeDiskBytes,
        outlook.MemoryBytes,
        outlook.FreeMemoryBytes,
        outlook.Fits,
        outlook.FittingQuants,
        [.. outlook.Plan.Files.Select(file => file.Path)],
        path);
}

/// <summary>What <c>verify --json</c> prints.</summary>
/// <param name="Bad">How many are not what they should be.</param>
internal sealed record VerifyOutcome(string Repo, IReadOnlyList<VerifiedBytes> Contents, int Bad)
{
    public static VerifyOutcome Of(RepoId repo, IReadOnlyList<VerifiedContent> found, int bad)
        => new(repo.ToString(), [.. found.Select(content => new VerifiedBytes(content.Content?.Hex, WireWord.Of(content.State), content.Files))], bad);
}

/// <summary>Some bytes of a repository.</summary>
/// <param name="Hash">What they should be; null where nothing says.</param>
/// <param name="State"><c>good</c>, <c>bad</c>, <c>changing</c>, <c>unknown</c> or <c>missing</c>.</param>
/// <param name="Files">The files that they are, as commit and path.</param>
internal sealed record VerifiedBytes(string? Hash, string State, IReadOnlyList<string> Files);

/// <summary>What <c>rm --json</c> prints.</summary>
/// <param name="Files">How many are gone.</param>
/// <param name="Held">Paths of bytes that other programs hold; they go away later.</param>
internal sealed record RemoveOutcome(string Model, int Files, long FreedBytes, IReadOnlyList<string> Held);

/// <summary>What <c>gc --json</c> prints.</summary>
/// <param name="Bytes">That are free again, or would be.</param>
/// <param name="Problems">What could not be deleted.</param>
internal sealed record CollectOutcome(bool DryRun, IReadOnlyList<CollectedFile> Files, long Bytes, IReadOnlyList<string> Problems)
{
    public static CollectOutcome Of(GarbageReport report, bool isDryRun) => new(
        isDryRun, [.. report.Files.Select(file => new CollectedFile(file.Repo.ToString(), WireWord.Of(file.Kind), file.Path, file.Bytes))], report.Bytes, report.Problems);
}

/// <summary>One thing that is garbage.</summary>
/// <param name="Kind"><c>orphan_blob</c>, <c>stale_download</c>, <c>other_tools_download</c>, <c>put_aside</c>, <c>broken_pointer</c>, <c>empty_folder</c> or <c>bookkeeping</c>.</param>
/// <param name="Path">Below the repository's folder.</param>
internal sealed record CollectedFile(string Repo, string Kind, string Path, long Bytes);

/// <summary>What <c>search --json</c> prints.</summary>
internal sealed record SearchOutcome(IReadOnlyList<FoundRepository> Models)
{
    public static SearchOutcome Of(IReadOnlyList<SearchHit> hits) => new([.. hits.Select(hit => new FoundRepository(
        hit.Repo.ToString(),
        hit.Description.Downloads,
        hit.Description.Likes,
        hit.Description.Gguf?.Architecture,
        hit.Description.Gguf?.Parameters,
        hit.Description.License,
        WireWord.OfGate(hit.Description.Gate)))]);
}

/// <summary>A repository that was found. Null where the hub does not say.</summary>
/// <param name="Gated"><c>auto</c> or <c>manual</c> where its terms have to be accepted; else null.</param>
internal sealed record FoundRepository(string Repo, long? Downloads, long? Likes, string? Architecture, long? Parameters, string? License, string? Gated);

/// <summary>What <c>list --json</c> prints.</summary>
/// <param name="Folder">The cache's.</param>
/// <param name="BytesOnDisk">Of all that is in it, models or not.</param>
/// <param name="OtherPrograms">Models that other programs keep; null where they were not asked for, as <paramref name="OldStores"/>.</param>
/// <param name="OldStores">What the host before this one left, which nothing reads.</param>
/// <param name="Problems">What could not be read.</param>
internal sealed record ListOutcome(
    string Folder,
    long BytesOnDisk,
    IReadOnlyList<ListedModel> Models,
    IReadOnlyList<OtherProgramsModel>? OtherPrograms,
    IReadOnlyList<OldChunkStore>? OldStores,
    IReadOnlyList<string> Problems);

/// <summary>A model in the cache.</summary>
/// <param name="Model">What pull, show and rm take.</param>
/// <param name="Quant">Null where no name tells.</param>
/// <param name="File">By which it is loaded, in the repository.</param>
/// <param name="Files">Of which it consists.</param>
/// <param name="FilesHere">Of which at least a part is here.</param>
/// <param name="Bytes">Of the files that are here, when they are whole.</param>
/// <param name="BytesHere">At most: a part may have holes.</param>
/// <param name="State"><c>verified</c>, <c>unverified</c> (whole, and nobody has read it yet), <c>partial</c> or <c>broken</c>.</param>
/// <param name="LastUsed">Null where it was not used, as far as is known.</param>
/// <param name="Path">Of the file by which it is loaded, on this disk; null where it is not whole.</param>
internal sealed record ListedModel(
    string Model, string Repo, string? Quant, string Commit, string File, int Files, int FilesHere, long Bytes, long BytesHere, string State, DateTimeOffset? LastUsed, string? Path);

/// <summary>A model that another program keeps.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Name">What it calls the model.</param>
internal sealed record OtherProgramsModel(string Program, string Name, long Bytes, string Path);

/// <summary>What the verbs of <c>token</c> print with <c>--json</c>; never the token.</summary>
/// <param name="Source"><c>none</c>, <c>environment</c> or <c>file</c>.</param>
/// <param name="Place">Name of the variable or path of the file; null for none.</param>
/// <param name="IsAccepted">Whether the hub knows it; null where it was not asked, or could not be.</param>
/// <param name="UserName">Whose it is; null where that is not known.</param>
internal sealed record TokenOutcome(string Source, string? Place, bool? IsAccepted, string? UserName);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PullOutcome))]
[JsonSerializable(typeof(VerifyOutcome))]
[JsonSerializable(typeof(RemoveOutcome))]
[JsonSerializable(typeof(CollectOutcome))]
[JsonSerializable(typeof(SearchOutcome))]
[JsonSerializable(typeof(ListOutcome))]
[JsonSerializable(typeof(ShownRepository))]
[JsonSerializable(typeof(ShownModel))]
[JsonSerializable(typeof(TokenOutcome))]
internal sealed partial class ModelsJson : JsonSerializerContext;
