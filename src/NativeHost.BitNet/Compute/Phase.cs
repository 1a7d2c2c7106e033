namespace NativeHost.BitNet.Compute;

/// <summary>A phase, as one thread sees it: take chunks until none is left, then wait for those of the others.</summary>
internal ref struct Phase(WorkTeam team, int phase, int epoch, int thread, int chunkCount)
{
    private int _taken;

    /// <summary>Takes the next chunk; where none is left, says that those it took are done.</summary>
    public bool TryTake(out int chunk)
    {
        chunk = team.TakeChunk(phase, epoch, thread, chunkCount);
        if (chunk >= 0)
        {
            _taken++;
            return true;
        }

        if (_taken > 0)
        {
            team.ChunksDone(phase, epoch, _taken);
        }

        team.LetGo(thread);
        return false;
    }

    public readonly void Wait()
    {
        // Nobody would ever say that no chunks are done.
        if (chunkCount > 0)
        {
            team.WaitUntilOver(phase, epoch, chunkCount);
        }
    }
}
