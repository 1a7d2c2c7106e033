using NativeHost.ModelCache;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;

namespace NativeHost.Library;

/// <summary>Deletes what an address means from the cache.</summary>
internal static class ModelRemoval
{
    /// <param name="address">A repository alone means all that is here of it.</param>
    /// <exception cref="ModelCacheException">It is not here; it is in use; or it cannot be deleted.</exception>
    public static DeletionReport Remove(ModelLibrary library, ModelAddress address)
    {
        if (address is { Quant: null, File: null, Revision: null })
        {
            return library.Deletion.DeleteRepository(address.Repo);
        }

        var repository = library.Scan.TryRead(address.Repo);
        var meant = (repository is null ? [] : CachedModel.AllOf(repository)).Where(model => model.IsMeantBy(address)).ToList();
        var files = meant.SelectMany(model => model.Files).Select(file => file.Path).Distinct(StringComparer.Ordinal).ToList();
        return files.Count > 0
            ? library.Deletion.DeleteFiles(address.Repo, commit: address.Revision is null ? null : meant[0].Commit, files)
            : throw new ModelCacheException(CacheFault.NotCached, $"{address} is not in the cache. See what is: tabagent list");
    }
}
