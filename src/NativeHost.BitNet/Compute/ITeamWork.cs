namespace NativeHost.BitNet.Compute;

/// <summary>Work that all threads of a <see cref="WorkTeam"/> go through together.</summary>
internal interface ITeamWork
{
    /// <summary>Goes through all phases, in the same order on every thread; called on each of them, 0 is the caller of <see cref="WorkTeam.Run"/>.</summary>
    /// <remarks>
    /// A thread that comes late may still be in here when the run is over and the next is being prepared. It gets no chunk any more; what
    /// it computes outside of chunks must be its own, and must stay inside its own buffers whatever it reads.
    /// The caller's thread may leave before the last phase, which ends the run.
    /// </remarks>
    void Work(int thread, TeamRun run);
}
