using System.Runtime.ExceptionServices;

namespace NativeHost.BitNet.Packing;

/// <summary>Work in pieces, shared by some threads.</summary>
internal static class Pieces
{
    /// <param name="progress">Told the part that is done, 0 to 1, from any thread.</param>
    /// <exception cref="OperationCanceledException">It was cancelled between two pieces.</exception>
    public static void Run<T>(
        IReadOnlyList<T> pieces, Action<T> work, int threads, IProgress<float> progress, CancellationToken cancellationToken)
    {
        var done = 0;
        try
        {
            Parallel.ForEach(
                pieces,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                piece =>
                {
                    work(piece);
                    progress.Report((float)Interlocked.Increment(ref done) / pieces.Count);
                });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
