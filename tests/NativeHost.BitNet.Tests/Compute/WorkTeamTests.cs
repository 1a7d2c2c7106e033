using NativeHost.BitNet.Compute;

namespace NativeHost.BitNet.Tests.Compute;

public sealed class WorkTeamTests
{
    private const int MostPhases = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_chunk_is_done_once_and_before_its_phase_is_over(int threads)
    {
        var work = new ScriptedWork();
        var random = new Random(threads);
        using var team = new WorkTeam(work, threads, MostPhases);
        ScriptedRun? last = null;

        for (var round = LongRun.Rounds(usual: 1_000, whenLong: 100_000); round > 0; round--)
        {
            var counts = Enumerable.Range(0, random.Next(1, MostPhases + 1)).Select(_ => random.Next(0, 20)).ToArray();
            var leaveAfter = random.Next(4) == 0 ? random.Next(counts.Length) : counts.Length - 1;
            var run = new ScriptedRun(counts, leaveAfter, mostSpins: random.Next(3) == 0 ? 2_000 : 0);
            work.Run = run;

            team.Run();

            run.AssertDone();
            last?.AssertUnchanged();
            run.Remember();
            last = run;
        }
    }

    [Fact]
    public void Threads_that_have_gone_to_sleep_wake_for_the_next_run()
    {
        var work = new ScriptedWork();
        using var team = new WorkTeam(work, 4, MostPhases);
        using var pause = new ManualResetEventSlim();

        for (var round = 0; round < 20; round++)
        {
            work.Run = new ScriptedRun([64, 64], 1, mostSpins: 50_000);
            team.Run();
            work.Run.AssertDone();
            pause.Wait(20, TestContext.Current.CancellationToken);
        }

        Assert.True(work.Threads > 1);
    }

    [Fact]
    public void A_team_ends_whatever_it_has_done()
    {
        for (var round = 0; round < 200; round++)
        {
            var work = new ScriptedWork { Run = new ScriptedRun([3, 3], round % 2, mostSpins: 0) };
            var team = new WorkTeam(work, (round % 4) + 1, MostPhases);
            for (var run = round % 5; run > 0; run--)
            {
                work.Run = new ScriptedRun([3, 3], round % 2, mostSpins: 500);
                team.Run();
            }

            team.Dispose();
        }
    }

    [Fact]
    public void More_phases_than_there_is_room_for_are_refused()
    {
        var work = new ScriptedWork { Run = new ScriptedRun([1, 1, 1], 2, mostSpins: 0) };
        using var team = new WorkTeam(work, 1, 2);

        Assert.Throws<ArgumentOutOfRangeException>(team.Run);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkTeam(work, 0, 2));
    }

    /// <summary>Does what the current run says.</summary>
    private sealed class ScriptedWork : ITeamWork
    {
        private int _threads;

        public ScriptedRun? Run { get; set; }

        /// <summary>Threads that have come.</summary>
        public int Threads => System.Numerics.BitOperations.PopCount((uint)Volatile.Read(ref _threads));

        public void Work(int thread, TeamRun run)
        {
            Interlocked.Or(ref _threads, 1 << thread);
            Run!.Work(thread, run);
        }
    }

    /// <summary>Phases of some chunks, each of which counts how often it is done.</summary>
    /// <param name="leaveAfter">The phase after which thread 0 leaves.</param>
    /// <param name="mostSpins">How long a chunk takes at most, and a thread to come.</param>
    private sealed class ScriptedRun(int[] counts, int leaveAfter, int mostSpins)
    {
        private readonly int[][] _done = [.. counts.Select(count => new int[count])];
        private long _sum;
        private int _early;

        public void Work(int thread, TeamRun run)
        {
            var random = new Random(HashCode.Combine(thread, counts.Length, mostSpins));
            Delay(random, thread == 0 ? 0 : 10);
            for (var number = 0; number < counts.Length; number++)
            {
                var phase = run.Open(counts[number]);
                while (phase.TryTake(out var chunk))
                {
                    Delay(random, 1);
                    _done[number][chunk]++;
                }

                phase.Wait();
                if (thread == 0 && _done[number].Any(times => times != 1))
                {
                    _early++;
                }

                if (thread == 0 && number == leaveAfter)
                {
                    return;
                }
            }
        }

        /// <summary>All chunks of the phases that thread 0 has seen are done, and of the others none twice.</summary>
        public void AssertDone()
        {
            Assert.Equal(0, _early);
            for (var number = 0; number < counts.Length; number++)
            {
                Assert.All(_done[number], times => Assert.InRange(times, number <= leaveAfter ? 1 : 0, 1));
            }
        }

        public void Remember() => _sum = Sum();

        /// <summary>Nobody has done anything since the run was over.</summary>
        public void AssertUnchanged() => Assert.Equal(_sum, Sum());

        private long Sum() => _done.Sum(phase => phase.Sum(times => (long)times));

        private void Delay(Random random, int factor)
        {
            if (mostSpins > 0 && random.Next(3) == 0)
            {
                Thread.SpinWait(random.Next(mostSpins) * factor);
            }
        }
    }
}
