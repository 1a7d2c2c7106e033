using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Hub;
using NativeHost.ModelCache.Repositories;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;
using NativeHost.Planning;

namespace NativeHost.CommandLine.Models;

/// <summary>Puts together what <see cref="ShowCommand"/> tells.</summary>
/// <param name="description">Null where the hub could not be asked.</param>
/// <param name="revision">That was asked for; null for the main branch.</param>
/// <param name="freeMemory">Bytes.</param>
internal sealed class RepositoryLook(ModelLibrary library, RepoContents contents, RepoDescription? description, string? revision, long freeMemory)
{
    private static readonly PlanSettings Fit = new();

    private readonly List<CachedModel> _here =
        [.. (library.Scan.TryRead(contents.Repo) is { } repository ? CachedModel.AllOf(repository) : []).Where(model => model.Commit == contents.Commit)];

    public async Task<ShownRepository> RepositoryAsync(CancellationToken cancellationToken)
    {
        var (recommended, reason) = await RecommendedAsync(cancellationToken);
        return new ShownRepository(
            contents.Repo.ToString(),
            contents.Commit,
            description?.License,
            WireWord.OfGate(description?.Gate),
            description?.Downloads,
            description?.Gguf?.Architecture,
            description?.Gguf?.Parameters,
            description?.Gguf?.ContextTokens,
            description is null,
            freeMemory,
            [.. contents.Variants.Select(QuantOf)],
            recommended is null ? null : AddressOf(recommended),
            reason,
            [.. contents.SideFiles.Select(file => file.File.Path)],
            contents.OtherFormats);
    }

    /// <exception cref="ModelCacheException">There is no such model.</exception>
    public async Task<ShownModel> ModelAsync(ModelAddress address, CancellationToken cancellationToken)
    {
        var variant = VariantChoice.Of(contents, address, freeBytes: null, Fit);
        var (header, problem) = await HeaderAsync(variant, cancellationToken);
        var fit = header?.Header.ContextLength is > 0 and var trained ? Fit with { ContextTokens = Math.Min(trained, Fit.ContextTokens) } : Fit;
        var memory = header is null
            ? ModelPlanner.OfSize(variant.TotalBytes, fit)
            : LoadPlans.Of(new ModelPlanner(ModelHeader.Of(header.Header, variant.TotalBytes), CpuPacking.OfThisMachine), new ModelLoadOptions(), MemoryRoom.WithoutGpu(freeMemory))
                .With(fit.ContextTokens);
        return new ShownModel(
            AddressOf(variant),
            contents.Repo.ToString(),
            contents.Commit,
            variant.LabelText,
            description?.License,
            WireWord.OfGate(description?.Gate),
            description is null,
            header is null ? null : HeaderOf(header),
            problem,
            variant.TotalBytes,
            StateOf(variant),
            BytesHere(variant),
            memory.TotalBytes,
            fit.ContextTokens,
            WireWord.Of(memory.Confidence),
            freeMemory,
            memory.TotalBytes <= freeMemory,
            [.. variant.Files.Select(FileOf)],
            variant.Projector is { } projector ? FileOf(projector) : null,
            library.Cache.Find(contents.Repo, contents.Commit, variant.Files[0].Path));
    }

    private async Task<(RemoteHeader? Header, string? Problem)> HeaderAsync(Variant variant, CancellationToken cancellationToken)
    {
        try
        {
            return (await library.Headers.ReadAsync(contents.Repo, contents.Commit, variant, cancellationToken), null);
        }
        catch (ModelCacheException e)
        {
            // A gate, say, or no network: the rest can be told.
            return (null, e.Message);
        }
    }

    private async Task<(Variant? Variant, string? Reason)> RecommendedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var needOf = await VariantNeeds.FindAsync(library.Headers, contents, new ModelAddress(contents.Repo, revision, Quant: null, File: null), freeMemory, cancellationToken);
            return (VariantChoice.Best(contents, freeMemory, Fit, needOf), null);
        }
        catch (ModelCacheException e)
        {
            return (null, e.Message);
        }
    }

    private ShownQuant QuantOf(Variant variant)
    {
        var memory = ModelPlanner.OfSize(variant.TotalBytes, Fit).TotalBytes;
        return new ShownQuant(
            AddressOf(variant),
            variant.LabelText,
            variant.Label?.BitsPerWeight,
            variant.Files.Count,
            variant.TotalBytes,
            StateOf(variant),
            BytesHere(variant),
            memory,
            memory <= freeMemory,
            variant.Problem);
    }

    /// <summary>By its label where that means this variant and no other.</summary>
    private string AddressOf(Variant variant)
    {
        var isAlone = variant.Label is { } label && contents.Variants.Count(other => other.Label == label) == 1;
        return new ModelAddress(contents.Repo, revision, isAlone ? variant.LabelText : null, isAlone ? null : variant.Files[0].Path).ToString();
    }

    private string StateOf(Variant variant)
        => variant.Status == VariantStatus.Cached ? WireWord.Of(CachedFileState.Verified)
            : HereOf(variant) is { } here ? WireWord.Of(here.State)
            : variant.CachedBytes > 0 ? WireWord.Of(CachedFileState.Partial)
            : "none";

    private long BytesHere(Variant variant) => Math.Max(variant.CachedBytes, HereOf(variant)?.BytesHere ?? 0);

    private CachedModel? HereOf(Variant variant) => _here.Find(model => model.Path == variant.Files[0].Path);

    private static ShownHeader HeaderOf(RemoteHeader header) => new(
        header.Header.Name,
        header.Header.Architecture,
        header.Parameters,
        header.Header.ContextLength,
        header.Header.BlockCount,
        header.Header.VocabularySize,
        header.HasChatTemplate,
        header.FileType?.Text,
        header.TensorTypes,
        header.Problems);

    private static ShownFile FileOf(RepoFile file) => new(file.Path, file.Size, file.Content.IsSha256 ? file.Content.Hex : null);
}
