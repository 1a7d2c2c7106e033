using NativeHost.Actions.Models;
using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Library;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Variants;
using NativeHost.Planning;

namespace NativeHost.Actions.Planning;

/// <summary>A model that somebody asks about.</summary>
/// <param name="Name">What <c>load_model</c> takes.</param>
/// <param name="Header">Null where it could not be read.</param>
/// <param name="FileBytes">Of all its files.</param>
/// <param name="Problem">Why its header could not be read, or no engine here loads it; null where nothing is wrong.</param>
/// <param name="SmallerQuants">Finds the variants of its repository that are smaller, the best first.</param>
internal sealed record PlannedModel(string Name, ModelHeader? Header, long FileBytes, string? Problem, Func<IEnumerable<RepositoryVariant>> SmallerQuants)
{
    /// <summary>Whether an engine here would load it, as far as its header tells; true where that could not be read.</summary>
    public bool IsLoadable => Header is null || Problem is null;
}

/// <summary>A variant, and the address of it that <c>pull_model</c> and <c>load_model</c> take.</summary>
internal sealed record RepositoryVariant(Variant Variant, string Address);

/// <summary>Finds what there is to know of a model before it is loaded: its header, here or at the hub.</summary>
internal sealed class PlannedModels(ModelAddresses addresses, Lazy<ModelLibrary> library)
{
    private static readonly PlanSettings Usual = new();

    /// <param name="roomBytes">Memory that it may take: where a repository has several quants, a load takes one that fits.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnsupportedModelException">The file is no GGUF.</exception>
    /// <exception cref="Gguf.ModelFormatException">The file is damaged.</exception>
    /// <exception cref="Messages.RequestException">It is no address.</exception>
    /// <exception cref="ModelCacheException">There is no such model, or the hub does not tell.</exception>
    public async Task<PlannedModel> FindAsync(string address, long roomBytes, CancellationToken cancellationToken)
    {
        if (FindHere(address, roomBytes) is { } here)
        {
            return here;
        }

        return addresses.Read(address).Repository is { } repository
            ? await AtHubAsync(repository, roomBytes, cancellationToken)
            : throw new FileNotFoundException($"Model file not found: {address}");
    }

    /// <summary>The same, of a model that is on this machine; null where it is not.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public PlannedModel? FindHere(string address, long roomBytes)
    {
        var (file, repository) = addresses.Read(address);
        if (file is null)
        {
            return Here(repository!, roomBytes);
        }

        if (!File.Exists(file))
        {
            return null;
        }

        var header = ModelHeader.Of(ModelFile.ReadHeader(file));
        return new PlannedModel(file, header, header.FileBytes, LoadPlans.ProblemOf(header, isHere: true), () => []);
    }

    private PlannedModel? Here(ModelAddress address, long roomBytes)
    {
        var planner = library.Value.Planner;
        if (FittingOrAny(roomBytes, room => planner.FindHere(address, room, Usual)) is not { } plan
            || library.Value.Cache.Find(plan.Repo, plan.Commit, plan.Files[0].Path) is not { } path)
        {
            return null;
        }

        var header = ModelHeader.Of(ModelFile.ReadHeader(path));
        return new PlannedModel(
            ModelName.Of(address, plan),
            header,
            header.FileBytes,
            LoadPlans.ProblemOf(header, isHere: true),
            () => planner.KnownContents(plan.Repo, plan.Commit) is { } contents ? SmallerThan(plan.Variant, contents, address.Revision) : []);
    }

    private async Task<PlannedModel> AtHubAsync(ModelAddress address, long roomBytes, CancellationToken cancellationToken)
    {
        var (contents, _) = await library.Value.Planner.ScanAsync(address.Repo, address.Revision, cancellationToken);
        var needOf = await VariantNeeds.FindAsync(library.Value.Headers, contents, address, roomBytes, cancellationToken);
        var variant = FittingOrAny(roomBytes, room => VariantChoice.Of(contents, address, room, Usual, needOf))!;
        var (header, problem) = await HeaderAsync(contents, variant, cancellationToken);
        return new PlannedModel(
            AddressOf(contents, variant, address.Revision),
            header,
            variant.TotalBytes,
            problem,
            () => SmallerThan(variant, contents, address.Revision));
    }

    private async Task<(ModelHeader? Header, string? Problem)> HeaderAsync(RepoContents contents, Variant variant, CancellationToken cancellationToken)
    {
        try
        {
            var header = await library.Value.Headers.ReadAsync(contents.Repo, contents.Commit, variant, cancellationToken);
            var whole = ModelHeader.Of(header.Header, variant.TotalBytes);
            return (whole, LoadPlans.ProblemOf(whole, isHere: false));
        }
        catch (ModelCacheException e)
        {
            // A gate, say: its size is known all the same.
            return (null, e.Message);
        }
    }

    /// <summary>What a load or a pull would take; where nothing fits, what it would if all did.</summary>
    private static T FittingOrAny<T>(long roomBytes, Func<long?, T> choose)
    {
        try
        {
            return choose(roomBytes);
        }
        catch (ModelCacheException e) when (e.Fault == CacheFault.DoesNotFit)
        {
            return choose(null);
        }
    }

    private static IEnumerable<RepositoryVariant> SmallerThan(Variant variant, RepoContents contents, string? revision)
        => contents.Variants
            .Where(other => other.Model == variant.Model && other.IsComplete && other.Label is { IsCommon: true } && other.TotalBytes < variant.TotalBytes)
            .OrderByDescending(other => other.TotalBytes)
            .Select(other => new RepositoryVariant(other, AddressOf(contents, other, revision)));

    private static string AddressOf(RepoContents contents, Variant variant, string? revision)
        => new ModelAddress(contents.Repo, revision, Quant: null, variant.Files[0].Path).ToString();
}
