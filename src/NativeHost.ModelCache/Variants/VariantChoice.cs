using System.Globalization;
using NativeHost.Hardware.Planning;
using NativeHost.ModelCache.Repositories;

namespace NativeHost.ModelCache.Variants;

/// <summary>Chooses the variant that an address means.</summary>
/// <remarks>
/// With a label: exactly that one, in any case of letters; a dynamic one also without its UD- where no other has the name. Without, of
/// those that fit into memory: Q4_K_M, the usual compromise; else ternary I2_S, which loses nothing; else Q8_0 of a small model,
/// which suffers more from fewer bits; else the best of at most eight bits; else the smallest of the others. Formats that only forks
/// of llama.cpp read are never a choice of ours. Where a repository has several models, the one that it is named after is meant, or
/// somebody has to name a file.
/// </remarks>
public static class VariantChoice
{
    private const string UsualLabel = "Q4_K_M";
    private const string SmallLabel = "Q8_0";
    private const long SmallBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>Q8_0 and its kin; more bits are for those who quantize.</summary>
    private const double MostBits = 9;

    /// <summary>Named in one message.</summary>
    private const int MostChoices = 40;

    /// <param name="address">Its revision is the listing's already.</param>
    /// <param name="freeBytes">Memory that a model may take; null where it is not known, then everything fits.</param>
    /// <param name="needOf">Bytes of memory that a variant takes; null to guess them by its size.</param>
    /// <exception cref="ModelCacheException">There is no such variant, its files are not all there, or none fits.</exception>
    public static Variant Of(RepoContents contents, ModelAddress address, long? freeBytes, PlanSettings settings, Func<Variant, long>? needOf = null)
        => address.File is { } file ? ByFile(contents, file)
            : address.Quant is { } quant ? ByTag(contents, quant)
            : Best(contents, freeBytes, settings, needOf);

    /// <summary>The same, where it may be that there is none.</summary>
    /// <returns>Null where there is no such variant, or its files are not all there.</returns>
    /// <exception cref="ModelCacheException">None fits.</exception>
    public static Variant? TryOf(RepoContents contents, ModelAddress address, long? freeBytes, PlanSettings settings)
    {
        try
        {
            return Of(contents, address, freeBytes, settings);
        }
        catch (ModelCacheException e) when (e.Fault is CacheFault.QuantNotFound or CacheFault.FileNotFound or CacheFault.SplitIncomplete)
        {
            return null;
        }
    }

    /// <param name="tag">A label, else the name of a file.</param>
    /// <exception cref="ModelCacheException">There is no such variant, or its files are not all there.</exception>
    public static Variant ByTag(RepoContents contents, string tag)
    {
        var text = QuantLabel.Parse(tag)?.Text ?? tag;
        var exact = contents.Variants.Where(variant => Is(variant, text)).ToList();
        var labelled = exact.Count > 0 ? exact : [.. contents.Variants.Where(variant => Is(variant, $"UD-{text}"))];
        if (labelled.Count > 0)
        {
            return Whole(OfOneModel(contents, labelled).OrderBy(variant => !variant.IsComplete).ThenBy(variant => variant.Files.Count).First());
        }

        return FindFile(contents, tag) is { } named ? Whole(named) : throw NotFound(contents, $"{contents.Repo} has no variant {Shown(tag)}.");
    }

    /// <param name="path">In the repository; any file of the model.</param>
    /// <exception cref="ModelCacheException">There is no such model, or its files are not all there.</exception>
    public static Variant ByFile(RepoContents contents, string path)
    {
        if (FindFile(contents, path) is { } variant)
        {
            return Whole(variant);
        }

        if (contents.SideFiles.FirstOrDefault(file => file.File.Path == path) is { } side)
        {
            throw NotFound(contents, $"{path} of {contents.Repo} is no model but {SideFileKinds.DisplayName(side.Kind)}.");
        }

        if (contents.NothingToRun is not null)
        {
            throw NotFound(contents, "");
        }

        throw new ModelCacheException(CacheFault.FileNotFound, $"{contents.Repo} has no file {Shown(path)}. {Offer(contents)}")
        {
            Choices = FilesOf(contents.Variants),
        };
    }

    /// <summary>The best for this machine.</summary>
    /// <param name="needOf">As for <see cref="Of"/>.</param>
    /// <exception cref="ModelCacheException">There is nothing to choose from, none is whole, or none fits.</exception>
    public static Variant Best(RepoContents contents, long? freeBytes, PlanSettings settings, Func<Variant, long>? needOf = null)
    {
        needOf ??= variant => ModelPlanner.OfSize(variant.TotalBytes, settings).TotalBytes;
        var loadable = contents.Variants.Where(variant => variant.Label?.IsCommon ?? true).ToList();
        if (loadable.Count == 0)
        {
            throw NotFound(contents, contents.NothingToRun is null ? $"{contents.Repo} has only formats that forks of llama.cpp read." : "");
        }

        var ofModel = OfOneModel(contents, loadable);
        var whole = ofModel.Where(variant => variant.IsComplete).ToList();
        if (whole.Count == 0)
        {
            return Whole(ofModel[0]);
        }

        var fitting = whole.Where(variant => needOf(variant) <= (freeBytes ?? long.MaxValue)).ToList();
        return fitting.Count > 0
            ? fitting.OrderBy(Tier).ThenBy(OrderInTier).ThenBy(variant => variant.Files.Count).First()
            : throw TooLarge(contents, whole.MinBy(variant => variant.TotalBytes)!, freeBytes, needOf);
    }

    private static int Tier(Variant variant) => variant.Label switch
    {
        null => 4,
        { Text: UsualLabel } => 0,
        { IsTernary: true } => 1,
        { Text: SmallLabel } when variant.TotalBytes <= SmallBytes => 2,
        { BitsPerWeight: <= MostBits } => 3,
        _ => 5,
    };

    /// <summary>The best quality, but of what has too many bits the smallest.</summary>
    private static long OrderInTier(Variant variant) => variant.Label is { BitsPerWeight: <= MostBits } label ? label.Rank : variant.TotalBytes;

    private static bool Is(Variant variant, string label) => string.Equals(variant.Label?.Text, label, StringComparison.OrdinalIgnoreCase);

    /// <summary>Those of the only model that is meant.</summary>
    private static List<Variant> OfOneModel(RepoContents contents, List<Variant> variants)
    {
        var models = variants.Select(variant => variant.Model).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var meant = models.Count == 1 ? models : models.FindAll(name => Letters(name) == Letters(contents.Repo.Name));
        return meant.Count == 1
            ? variants.FindAll(variant => variant.Model.Equals(meant[0], StringComparison.OrdinalIgnoreCase))
            : throw new ModelCacheException(
                CacheFault.QuantNotFound, $"{contents.Repo} holds several models. Name a file, such as {contents.Repo}/{variants[0].Files[0].Path}.")
            {
                Choices = FilesOf(variants),
            };
    }

    /// <summary>What is left of a name where publishers write it differently.</summary>
    private static string Letters(string name)
        => new string([.. name.Where(char.IsAsciiLetterOrDigit)]).ToUpperInvariant().Replace("GGUF", "", StringComparison.Ordinal);

    /// <summary>By the path of any of its files, else by the name of the only file that is called so.</summary>
    private static Variant? FindFile(RepoContents contents, string path)
    {
        if (contents.Variants.FirstOrDefault(variant => variant.Files.Any(file => file.Path == path)) is { } exact)
        {
            return exact;
        }

        var named = contents.Variants.Where(variant => variant.Files.Any(file => IsNamed(file, path))).Take(2).ToList();
        return named.Count == 1 ? named[0] : null;
    }

    private static bool IsNamed(RepoFile file, string name)
    {
        var own = file.Path[(file.Path.LastIndexOf('/') + 1)..];
        return own.Equals(name, StringComparison.OrdinalIgnoreCase) || own.Equals(name + GgufName.Extension, StringComparison.OrdinalIgnoreCase);
    }

    private static Variant Whole(Variant variant) => variant.Problem is null
        ? variant
        : throw new ModelCacheException(
            CacheFault.SplitIncomplete, $"{variant.Problem} It cannot be loaded so; choose another variant, or tell the publisher.")
        {
            Choices = variant.MissingShards,
        };

    private static ModelCacheException NotFound(RepoContents contents, string problem)
        => new(CacheFault.QuantNotFound, contents.NothingToRun is { } reason ? reason : $"{problem} {Offer(contents)}") { Choices = LabelsOf(contents) };

    private static ModelCacheException TooLarge(RepoContents contents, Variant smallest, long? freeBytes, Func<Variant, long> needOf)
    {
        var needed = needOf(smallest);
        return new ModelCacheException(
            CacheFault.DoesNotFit,
            $"No variant of {contents.Repo} fits into memory: the smallest, {smallest.LabelText}, needs about {GiB(needed)}, "
            + $"and {GiB(freeBytes ?? 0)} are free. Close other programs, or choose a smaller model.")
        {
            NeededBytes = needed,
            AvailableBytes = freeBytes,
            Choices = LabelsOf(contents),
        };
    }

    private static string Offer(RepoContents contents)
    {
        var labels = LabelsOf(contents);
        return labels.Count == 0 ? $"It has {string.Join(", ", FilesOf(contents.Variants).Take(MostChoices))}."
            : $"It has {string.Join(", ", labels.Take(MostChoices))}{(labels.Count > MostChoices ? " and others" : "")}.";
    }

    private static List<string> LabelsOf(RepoContents contents)
        => [.. contents.Variants.Where(variant => variant.Label is not null).Select(variant => variant.LabelText).Distinct()];

    private static List<string> FilesOf(IEnumerable<Variant> variants) => [.. variants.Select(variant => variant.Files[0].Path)];

    private static string Shown(string text) => text.Length <= 100 ? text : $"{text[..100]}…";

    private static string GiB(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):F1} GiB");
}
