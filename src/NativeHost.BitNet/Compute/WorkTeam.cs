using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace NativeHost.BitNet.Compute;

/// <summary>Threads that share phases of work chunk by chunk.</summary>
/// <remarks>
/// A phase is over when its chunks are done, not when all threads have come by: a thread that has lost its core to a browser keeps
/// nobody waiting, unless it lost it inside a chunk. Whoever waits spins, then yields its core, and between runs parks.
/// One thread at a time calls it. docs/decisions says what was tried.
/// </remarks>
internal sealed unsafe class WorkTeam : IDisposable
{
    /// <summary>Looks at a phase's end before a core is yielded: some ten microseconds, a few times the longest usual wait.</summary>
    private const int SpinsInPhase = 2000;

    /// <summary>Looks for the next run before a thread parks: between two tokens lies the sampling, some tens of microseconds.</summary>
    private const int SpinsBetweenRuns = 4000;

    private const int YieldsBetweenRuns = 20;
    private const int LineBytes = 64;

    private readonly ITeamWork _work;
    private readonly int _phaseCapacity;
    private readonly PhaseLine* _phases;
    private readonly HoldingLine* _holdings;
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _wakeUps;
    private readonly int[] _isParked;

    /// <summary>Odd in a run, even between two: what a run reads may change only then.</summary>
    private int _epoch;
    private int _isEnding;

    /// <summary>What a helper threw last, and in which run.</summary>
    private Failure? _failure;

    /// <param name="threadCount">Threads, the calling one included; at least 1.</param>
    /// <param name="phaseCapacity">Most phases of one run.</param>
    public WorkTeam(ITeamWork work, int threadCount, int phaseCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threadCount, 1);
        _work = work;
        _phaseCapacity = phaseCapacity;
        _phases = (PhaseLine*)NativeMemory.AlignedAlloc((nuint)phaseCapacity * LineBytes, LineBytes);
        NativeMemory.Clear(_phases, (nuint)phaseCapacity * LineBytes);
        _holdings = (HoldingLine*)NativeMemory.AlignedAlloc((nuint)threadCount * LineBytes, LineBytes);
        NativeMemory.Clear(_holdings, (nuint)threadCount * LineBytes);
        _threads = new Thread[threadCount - 1];
        _wakeUps = new SemaphoreSlim[threadCount - 1];
        _isParked = new int[threadCount - 1];
        for (var index = 0; index < _threads.Length; index++)
        {
            var helper = index;
            _wakeUps[index] = new SemaphoreSlim(0);
            _threads[index] = new Thread(() => Help(helper)) { IsBackground = true, Name = $"compute {index + 1}" };
            _threads[index].Start();
        }
    }

    public int ThreadCount => _threads.Length + 1;

    /// <summary>Runs the work on all threads. Returns when the caller's thread is through and nobody holds a chunk any more.</summary>
    /// <remarks>What the work throws, on whichever thread, ends the run and comes out of here; the next one starts afresh.</remarks>
    public void Run()
    {
        var epoch = Interlocked.Increment(ref _epoch);
        for (var index = 0; index < _threads.Length; index++)
        {
            if (Volatile.Read(ref _isParked[index]) != 0)
            {
                _wakeUps[index].Release();
            }
        }

        try
        {
            _work.Work(0, new TeamRun(this, epoch, 0));
        }
        finally
        {
            End();
        }

        FailureOf(epoch)?.What.Throw();
    }

    /// <summary>Waits for all threads to leave, and ends them.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isEnding, 1);
        foreach (var wakeUp in _wakeUps)
        {
            wakeUp.Release();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var wakeUp in _wakeUps)
        {
            wakeUp.Dispose();
        }

        NativeMemory.AlignedFree(_phases);
        NativeMemory.AlignedFree(_holdings);
    }

    /// <summary>Takes the next chunk of a phase; from then on the thread is a holder, until it <see cref="LetGo"/>es.</summary>
    /// <returns>-1 where none is left, or the run is over.</returns>
    internal int TakeChunk(int phase, int epoch, int thread, int chunkCount)
    {
        Volatile.Write(ref _holdings[thread].IsHolding, 1);
        ref var next = ref _phases[phase].Next;
        while (true)
        {
            // Both halves in one word, the run above and the chunk below: a late thread can take nothing of another run.
            var seen = Volatile.Read(ref next);
            var chunk = (int)(seen >> 32) == epoch ? (int)seen : 0;
            if (IsPast(epoch) || chunk >= chunkCount)
            {
                return -1;
            }

            var taken = ((long)epoch << 32) | (uint)(chunk + 1);
            if (Interlocked.CompareExchange(ref next, taken, seen) == seen)
            {
                // The caller of Run ends a run, then looks for holders; here is said first who holds, then looked for the end.
                return IsPast(epoch) ? -1 : chunk;
            }
        }
    }

    internal void LetGo(int thread) => Volatile.Write(ref _holdings[thread].IsHolding, 0);

    internal void ChunksDone(int phase, int epoch, int count)
    {
        ref var done = ref _phases[phase].Done;
        while (true)
        {
            var seen = Volatile.Read(ref done);
            var before = (int)(seen >> 32) == epoch ? (int)seen : 0;
            if (Interlocked.CompareExchange(ref done, ((long)epoch << 32) | (uint)(before + count), seen) == seen)
            {
                return;
            }
        }
    }

    internal bool IsOver(int phase, int epoch, int chunkCount)
    {
        var done = Volatile.Read(ref _phases[phase].Done);
        return ((int)(done >> 32) == epoch && (int)done == chunkCount) || IsPast(epoch);
    }

    internal void WaitUntilOver(int phase, int epoch, int chunkCount)
    {
        // The chunks of a thread that failed are never done. The others then go on to the end with what there is, which nobody gets.
        for (var spins = 0; !IsOver(phase, epoch, chunkCount) && FailureOf(epoch) is null; spins++)
        {
            Relax(spins);
        }
    }

    internal void CheckPhase(int phase) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(phase, _phaseCapacity);

    /// <summary>Whether a run is over. What was read before, chunk counts above all, belongs to the run where it is not.</summary>
    internal bool IsPast(int epoch)
    {
        Volatile.ReadBarrier();
        return Volatile.Read(ref _epoch) != epoch;
    }

    private static void Relax(int spins)
    {
        if (spins < SpinsInPhase)
        {
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }

    private Failure? FailureOf(int epoch) => Volatile.Read(ref _failure) is { } failure && failure.Epoch == epoch ? failure : null;

    /// <summary>Ends a run: from here on nobody gets a chunk of it, and those who hold one are waited for.</summary>
    private void End()
    {
        Interlocked.Increment(ref _epoch);
        for (var thread = 1; thread < ThreadCount; thread++)
        {
            for (var spins = 0; Volatile.Read(ref _holdings[thread].IsHolding) != 0; spins++)
            {
                Relax(spins);
            }
        }
    }

    private void Help(int index)
    {
        var epoch = 0;
        while (true)
        {
            epoch = WaitForRun(index, epoch);
            if (Volatile.Read(ref _isEnding) != 0)
            {
                return;
            }

            try
            {
                _work.Work(index + 1, new TeamRun(this, epoch, index + 1));
            }
#pragma warning disable CA1031 // On a thread of its own it would end the process; it belongs to the caller of Run.
            catch (Exception e)
#pragma warning restore CA1031
            {
                // Said before the chunk is let go, for which the caller waits. Of a run that is over nobody waits for anything.
                if (!IsPast(epoch))
                {
                    Volatile.Write(ref _failure, new Failure(epoch, ExceptionDispatchInfo.Capture(e)));
                }

                LetGo(index + 1);
            }
        }
    }

    private int WaitForRun(int index, int last)
    {
        for (var looks = 0; ; looks++)
        {
            var epoch = Volatile.Read(ref _epoch);
            if (IsNew(epoch, last) || Volatile.Read(ref _isEnding) != 0)
            {
                return epoch;
            }

            if (looks < SpinsBetweenRuns)
            {
                Thread.SpinWait(1);
            }
            else if (looks < SpinsBetweenRuns + YieldsBetweenRuns)
            {
                Thread.Yield();
            }
            else
            {
                Park(index, last);
            }
        }
    }

    private void Park(int index, int last)
    {
        Volatile.Write(ref _isParked[index], 1);
        Interlocked.MemoryBarrier();
        if (!IsNew(Volatile.Read(ref _epoch), last) && Volatile.Read(ref _isEnding) == 0)
        {
            _wakeUps[index].Wait();
        }

        Volatile.Write(ref _isParked[index], 0);
    }

    private static bool IsNew(int epoch, int last) => epoch != last && int.IsOddInteger(epoch);

    private sealed record Failure(int Epoch, ExceptionDispatchInfo What);

    /// <summary>Two counters of one phase, each with the run that it counts for in its upper half. On cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = LineBytes)]
    private struct PhaseLine
    {
        [FieldOffset(0)]
        public long Next;

        [FieldOffset(8)]
        public long Done;
    }

    /// <summary>Whether a thread holds chunks. On a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = LineBytes)]
    private struct HoldingLine
    {
        [FieldOffset(0)]
        public int IsHolding;
    }
}
