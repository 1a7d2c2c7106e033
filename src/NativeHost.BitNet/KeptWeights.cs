using NativeHost.BitNet.Packing;

namespace NativeHost.BitNet;

/// <summary>The packed weights that loads have kept, for who manages the models that they are of.</summary>
/// <remarks>Any of it can be made again: nothing here throws because of a file. Safe to call while models are loaded.</remarks>
/// <param name="folder">Where <see cref="BitNetModelLoader"/> keeps them; need not be there.</param>
/// <param name="time">Tells what was left long ago.</param>
public sealed class KeptWeights(string folder, TimeProvider time)
{
    private readonly PackedStore _store = new(folder, time);

    /// <summary>Removes what is of no model any more.</summary>
    public void RemoveStale()
    {
        try
        {
            _store.Sweep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next load of a model tries again.
        }
    }

    /// <summary>Reads all kept weights of the models below a folder, and removes what is not what was written.</summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public int RemoveDamaged(string modelsFolder, CancellationToken cancellationToken)
    {
        var prefix = Path.GetFullPath(modelsFolder) + Path.DirectorySeparatorChar;
        return _store.RemoveDamaged(path => path.StartsWith(prefix, StringComparison.Ordinal), cancellationToken);
    }
}
