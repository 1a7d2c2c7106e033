using NativeHost.ModelCache.Downloads;
using NativeHost.ModelCache.Variants;

namespace NativeHost.Library;

/// <summary>What a model of a repository is called on the wire: <c>owner/name/file.gguf</c>, with <c>@revision</c> where one was asked for.</summary>
internal static class ModelName
{
    /// <param name="address">What was asked for.</param>
    /// <param name="plan">What that means.</param>
    public static string Of(ModelAddress address, PullPlan plan) => new ModelAddress(plan.Repo, address.Revision, Quant: null, plan.Files[0].Path).ToString();

    /// <summary>Whether an address means the model of this name.</summary>
    public static bool IsMeantBy(string name, ModelAddress address)
        => ModelAddress.Read(name) is { File: { } file } model
            && model.Repo == address.Repo
            && (address.Revision is not { } revision || revision == model.Revision)
            && IsItsFile(file, address);

    /// <summary>Whether an address means what a plan is for.</summary>
    public static bool IsMeantBy(PullPlan plan, ModelAddress address)
        => plan.Repo == address.Repo
            && (address.Revision is not { } revision || revision == plan.Revision || revision == plan.Commit)
            && IsItsFile(plan.Files[0].Path, address);

    /// <param name="file">By which a model is loaded.</param>
    private static bool IsItsFile(string file, ModelAddress address)
        => address.File is { } wanted ? CachedModel.FirstShardOf(wanted) == file
            : address.Quant is not { } quant || QuantLabel.OfPath(file)?.Text.Equals(quant, StringComparison.OrdinalIgnoreCase) == true;
}
