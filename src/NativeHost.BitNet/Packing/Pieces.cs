using System.Runtime.ExceptionServices;

namespace NativeHost.BitNet.Packing;

/// <summary>Work in pieces, shared by some threads.</summary>
internal static class Pieces
{
    /// <param name="progress">Told the part that is done, growing, from one thread at a time. Never 1: more is to do after any of this.</param>
    /// <exception cref="OperationCanceledException">It was cancelled between two pieces.</exception>
    public static void Run<T>(
        IReadOnlyList<T> pieces, Action<T> work, int threads, IProgress<float> progress, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        var done = 0;
        try
        {
            Parallel.ForEach(
                pieces,
                new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                piece =>
                {
                    work(piece);
                    lock (gate)
                    {
                        done++;
                        progress.Report(done / (pieces.Count + 1f));
                    }
                });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
