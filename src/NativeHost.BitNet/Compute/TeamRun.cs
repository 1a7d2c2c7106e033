using System.Runtime.CompilerServices;

namespace NativeHost.BitNet.Compute;

/// <summary>One thread's way through the phases of one run.</summary>
internal struct TeamRun(WorkTeam team, int epoch, int thread)
{
    private int _phase;

    /// <summary>Whether the caller's thread has ended it: nothing is left to do in it then.</summary>
    public readonly bool IsOver => team.IsPast(epoch);

    /// <summary>Opens the next phase. Every thread opens the same ones, with the same numbers of chunks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Phase Open(int chunkCount)
    {
        team.CheckPhase(_phase);
        return new Phase(team, _phase++, epoch, thread, chunkCount);
    }
}
