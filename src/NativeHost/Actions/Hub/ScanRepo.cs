using NativeHost.Actions.Models;
using NativeHost.Hardware.Planning;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Variants;
using NativeHost.Routing;

namespace NativeHost.Actions.Hub;

/// <summary>Asks what a repository has for somebody who wants to run a model of it.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record ScanRepoRequest : RepositoryAddressed;

/// <param name="RepoId">owner/name.</param>
/// <param name="Commit">Which state of the repository this is.</param>
/// <param name="Gated">How access is given where its terms have to be accepted; absent where they need not, or that is not known.</param>
/// <param name="License">As its card names it; absent where it names none, or that is not known.</param>
/// <param name="Quants">What there is to run.</param>
/// <param name="OtherFiles">Files that belong to models of it, such as image projectors.</param>
/// <param name="OtherFormats">What else it has that no engine here runs.</param>
/// <param name="Reason">Why there is nothing to run; absent where there is.</param>
/// <param name="Offline">Whether this is what the hub said the last time, because it could not be asked.</param>
internal sealed record ScannedRepoPayload(
    string RepoId,
    string Commit,
    [property: OneOf("auto", "manual")] string? Gated,
    string? License,
    IReadOnlyList<VariantView> Quants,
    IReadOnlyList<string> OtherFiles,
    IReadOnlyList<string> OtherFormats,
    string? Reason,
    bool Offline);

/// <summary>A quant of a repository.</summary>
/// <param name="Label">Such as <c>Q4_K_M</c>; <c>unknown</c> where no name tells.</param>
/// <param name="Model">Its name in this repository.</param>
/// <param name="Address">What <c>pull_model</c> and <c>load_model</c> take.</param>
/// <param name="Bits">For each weight, about; absent for a label that is not known.</param>
/// <param name="Files">In the order in which they are loaded.</param>
/// <param name="Shards">How many files it is split into.</param>
/// <param name="TotalBytes">Bytes of all its files.</param>
/// <param name="CachedBytes">Bytes that are on this machine.</param>
/// <param name="Status">Whether none, a part or all of it is on this machine; <c>incomplete</c> where the repository lacks files of it.</param>
/// <param name="MemoryBytes">About what it takes of memory, with a context of 8,192 tokens.</param>
/// <param name="Fits">Whether that is free at the moment.</param>
/// <param name="Projector">The file that lets it see images; absent for none.</param>
/// <param name="Problem">Why it cannot be loaded; absent where it can.</param>
internal sealed record VariantView(
    string Label,
    string Model,
    string Address,
    double? Bits,
    IReadOnlyList<VariantFileView> Files,
    int Shards,
    long TotalBytes,
    long CachedBytes,
    [property: OneOf(typeof(VariantStatus))] string Status,
    long MemoryBytes,
    bool Fits,
    string? Projector,
    string? Problem);

/// <param name="FileName">In the repository.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">In hexadecimal digits; absent where the hub names the content otherwise.</param>
internal sealed record VariantFileView(string FileName, long Size, string? Sha256);

internal sealed class ScanRepoHandler(Lazy<ModelLibrary> library, ModelShelf shelf) : IHandler<ScanRepoRequest, Reply<ScannedRepoPayload>>
{
    public async Task<Reply<ScannedRepoPayload>> HandleAsync(ScanRepoRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var address = request.RequiredRepository(library.Value);
        var (contents, description) = await library.Value.Planner.ScanAsync(address.Repo, address.Revision, cancellationToken);
        var room = shelf.RoomBytes();
        return new Reply<ScannedRepoPayload>
        {
            Payload = new ScannedRepoPayload(
                contents.Repo.ToString(),
                contents.Commit,
                WireWord.OfGate(description?.Gate),
                description?.License,
                [.. contents.Variants.Select(variant => ViewOf(contents, variant, address.Revision, room))],
                [.. contents.SideFiles.Select(file => file.File.Path)],
                contents.OtherFormats,
                contents.NothingToRun,
                Offline: description is null),
        };
    }

    private static VariantView ViewOf(RepoContents contents, Variant variant, string? revision, long room)
    {
        var memory = ModelPlanner.OfSize(variant.TotalBytes, new PlanSettings()).TotalBytes;
        return new VariantView(
            variant.LabelText,
            variant.Model,
            new ModelAddress(contents.Repo, revision, Quant: null, variant.Files[0].Path).ToString(),
            variant.Label?.BitsPerWeight,
            [.. variant.Files.Select(file => new VariantFileView(file.Path, file.Size, file.Content.IsSha256 ? file.Content.Hex : null))],
            variant.Files.Count,
            variant.TotalBytes,
            variant.CachedBytes,
            variant.Status.ToString().ToLowerInvariant(),
            memory,
            memory <= room,
            variant.Projector?.Path,
            variant.Problem);
    }
}
