using NativeHost.BitNet.Compute;

namespace NativeHost.BitNet.Tests.Review;

public sealed class WorkTeamTests
{
    private const int Chunks = 64;

    /// <summary>A row that turns out not to be finite, say: the answer fails, not the process.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_a_thread_throws_comes_out_of_the_run_and_the_next_one_is_whole(int failing)
    {
        var work = new FailingWork { FailingThread = failing };
        using var team = new WorkTeam(work, threadCount: 3, phaseCapacity: 2);

        var thrown = Assert.Throws<InvalidDataException>(team.Run);
        work.FailingThread = -1;
        work.Done = 0;
        team.Run();

        Assert.Equal("bad row", thrown.Message);
        Assert.Equal(2 * Chunks, work.Done);
    }

    private sealed class FailingWork : ITeamWork
    {
        private int _done;
        private volatile int _failingThread;

        public int FailingThread
        {
            get => _failingThread;
            set => _failingThread = value;
        }

        public int Done
        {
            get => _done;
            set => _done = value;
        }

        public void Work(int thread, TeamRun run)
        {
            for (var number = 0; number < 2; number++)
            {
                var phase = run.Open(Chunks);
                while (phase.TryTake(out var chunk))
                {
                    if (thread == FailingThread)
                    {
                        throw new InvalidDataException("bad row");
                    }

                    // Slow, so that the one that is to fail gets a chunk too.
                    SpinWait.SpinUntil(() => FailingThread < 0, TimeSpan.FromMilliseconds(20));
                    Interlocked.Increment(ref _done);
                }

                phase.Wait();
            }
        }
    }
}
