using NativeHost.Hardware.Planning;
using NativeHost.Inference;
using NativeHost.Inference.Prefixes;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Store;
using NativeHost.ModelCache.Variants;

namespace NativeHost.Library;

/// <summary>Loads models by their address in a repository as well as by the path of a file.</summary>
/// <remarks>What comes from the cache is verified, and cannot be deleted by any process until it has left memory.</remarks>
/// <param name="library">Asked for the first time where a repository is named.</param>
/// <param name="prefixes">Where computed prompts are kept on the disk; null for nowhere.</param>
internal sealed class LibraryModelLoader(IModelLoader files, Lazy<ModelLibrary> library, PrefixCacheOptions? prefixes = null) : IModelLoader
{
    /// <param name="path">Absolute path of a GGUF file, or a <see cref="ModelName"/>.</param>
    /// <inheritdoc/>
    /// <exception cref="ModelCacheException">It is not in the cache, is being deleted, or is not what it should be.</exception>
    public async Task<IModelHost> LoadAsync(string path, ModelLoadOptions options, IProgress<float> progress, CancellationToken cancellationToken)
    {
        options = options with { Prefixes = prefixes };
        if (Path.IsPathFullyQualified(path))
        {
            return await files.LoadAsync(path, options, progress, cancellationToken);
        }

        var address = ModelAddress.Parse(path);
        var plan = library.Value.Planner.FindHere(address, freeBytes: null, new PlanSettings())
            ?? throw new ModelCacheException(CacheFault.NotCached, $"{address} is not in the cache any more. Pull it again.");
        var lease = ModelLease.Take(library.Value.Cache, plan.Repo, plan.Commit, [.. plan.Files.Select(file => file.Path)]);
        try
        {
            foreach (var file in plan.Files)
            {
                await library.Value.Verification.EnsureAsync(plan.Repo, plan.Commit, file.Path, progress: null, cancellationToken);
            }

            await library.Value.NoteUseAsync(plan, cancellationToken);
            return new LeasedModelHost(await files.LoadAsync(lease.Paths[0], options, progress, cancellationToken), lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
