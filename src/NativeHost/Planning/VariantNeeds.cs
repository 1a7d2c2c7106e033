using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Inference.Machine;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Variants;

namespace NativeHost.Planning;

/// <summary>Finds out what the quants of a repository take of memory, so that one is chosen that fits.</summary>
/// <remarks>
/// Their sizes tell that roughly. Where it matters how roughly, the header of one of them is read, a few megabytes: in everything but the
/// weights they are alike.
/// </remarks>
internal static class VariantNeeds
{
    private const int MostTimesGuess = 3;

    private static readonly PlanSettings Usual = new();

    /// <param name="address">Its revision is the listing's already.</param>
    /// <param name="roomBytes">Memory that a model may take.</param>
    /// <returns>Bytes that a variant takes; null where their sizes leave no doubt, or no header can be read.</returns>
    public static async Task<Func<Variant, long>?> FindAsync(
        ModelHeaders headers, RepoContents contents, ModelAddress address, long roomBytes, CancellationToken cancellationToken)
    {
        var largest = ChoiceOf(contents, address, roomBytes, variant => variant.TotalBytes);
        if (largest is null
            || largest == ChoiceOf(contents, address, roomBytes, variant => Sum(variant.TotalBytes, MostTimesGuess * GuessBesideWeights(variant))))
        {
            return null;
        }

        try
        {
            var read = (await headers.ReadAsync(contents.Repo, contents.Commit, largest, cancellationToken)).Header;
            var tokens = Math.Min(ContextChoice.DefaultTokens, read.ContextLength is > 0 and var trained ? trained : int.MaxValue);
            var planner = new ModelPlanner(ModelHeader.Of(read, largest.TotalBytes), CpuPacking.OfThisMachine);
            var plan = LoadPlans.Of(planner, new ModelLoadOptions(), MemoryRoom.WithoutGpu(roomBytes)).With(tokens);
            return plan.Cache.Confidence == Confidence.Unknown ? null : variant => Sum(variant.TotalBytes, BesideWeights(plan));
        }
        catch (ModelCacheException)
        {
            // A gate, say. Whoever pulls it will hear of that.
            return null;
        }
    }

    private static Variant? ChoiceOf(RepoContents contents, ModelAddress address, long roomBytes, Func<Variant, long> needOf)
    {
        try
        {
            return VariantChoice.Of(contents, address, roomBytes, Usual, needOf);
        }
        catch (ModelCacheException)
        {
            // None fits, or there is none: the choice itself says so.
            return null;
        }
    }

    private static long GuessBesideWeights(Variant variant) => BesideWeights(ModelPlanner.OfSize(variant.TotalBytes, Usual));

    private static long BesideWeights(MemoryPlan plan) => plan.TotalBytes - plan.Weights.Bytes;

    private static long Sum(long a, long b) => (long)Int128.Min((Int128)a + b, long.MaxValue);
}
