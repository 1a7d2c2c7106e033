using System.Net.Sockets;
using NativeHost.EndToEnd.Tests.Host;

namespace NativeHost.EndToEnd.Tests.Faults;

/// <summary>Does to a home's processes what machines and users do to them, at moments that a seed decides.</summary>
internal sealed class FaultInjector(TemporaryHome home, IReadOnlyList<ResumingClient> clients, FaultTally tally, Random random)
{
    /// <summary>Most events that clients get between two faults; a story has some 150.</summary>
    private const int MostEvents = 300;

    /// <summary>One fault in so many comes upon the one before, and not in mid-stream.</summary>
    private const int PairedOneIn = 4;

    /// <summary>A hanging worker is given ten seconds to stop before it is ended, so it comes seldom.</summary>
    private const int HangOneIn = 60;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);
    /// <summary>What it is given to stop, and a while.</summary>
    private static readonly TimeSpan HangPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan EventPause = TimeSpan.FromMilliseconds(2);

    // A broker's and a worker's end cost a load each, so they come less often than a front's.
    private Func<CancellationToken, Task>[] Faults =>
    [
        KillFrontAsync,
        KillFrontAsync,
        KillFrontAsync,
        KillBrokerAsync,
        KillWorkerAsync,
        KillWorkerAsync,
        token => SuspendAsync("suspend front", Victim().FrontPid, token),
        token => SuspendAsync("suspend broker", Find(HomeProcess.Broker), token),
        token => SuspendAsync("suspend worker", Find(HomeProcess.Worker), token),
        token => GreetAsync("hello of a newer host", 1, "99.0.0", ["welcome", "leaving"], token),
        token => GreetAsync("hello of the next rules", 2, "99.0.0", ["refused", "leaving"], token),
    ];

    /// <summary>Does a number of faults, each at its moment.</summary>
    /// <param name="running">The clients' work: where it fails there is nothing to do faults to.</param>
    public async Task RunAsync(int count, Task running, CancellationToken timeout)
    {
        // Each kind once before any kind again, so that a short run has them all.
        var next = new Queue<Func<CancellationToken, Task>>();
        for (var fault = 0; fault < count && !running.IsCompleted; fault++)
        {
            if (next.Count == 0)
            {
                var kinds = Faults;
                random.Shuffle(kinds);
                Array.ForEach(kinds, next.Enqueue);
            }

            await WaitForMomentAsync(running, timeout);
            await ((fault + 1) % HangOneIn == 0 ? HangWorkerAsync(timeout) : next.Dequeue()(timeout));
        }
    }

    /// <summary>Kills fronts and nothing else.</summary>
    public async Task KillFrontsAsync(int count, Task running, CancellationToken timeout)
    {
        for (var fault = 0; fault < count && !running.IsCompleted; fault++)
        {
            await WaitForMomentAsync(running, timeout);
            await KillFrontAsync(timeout);
        }
    }

    private async Task WaitForMomentAsync(Task running, CancellationToken timeout)
    {
        if (random.Next(PairedOneIn) == 0)
        {
            await Task.Delay(random.Next(300), timeout);
            return;
        }

        var moment = EventsSeen() + random.Next(1, MostEvents);
        while (EventsSeen() < moment && !running.IsCompleted)
        {
            await Task.Delay(EventPause, timeout);
        }

        long EventsSeen() => clients.Sum(client => client.EventsSeen);
    }

    private async Task KillFrontAsync(CancellationToken timeout)
    {
        var front = Victim().FrontPid;
        if (front != 0)
        {
            tally.Begin("kill front");
            ProcessSignal.TrySend(front, ProcessSignal.Kill);
        }
    }

    private async Task KillBrokerAsync(CancellationToken timeout)
    {
        if (Find(HomeProcess.Broker) is not (> 0 and var broker))
        {
            return;
        }

        var workers = Polling.ProcessesIn(home).Where(process => process.Role == HomeProcess.Worker).ToList();
        tally.Begin("kill broker");
        tally.BrokerEnded();
        ProcessSignal.TrySend(broker, ProcessSignal.Kill);
        foreach (var worker in workers)
        {
            if (!await Polling.ProcessGoneAsync(worker.Pid, EndPatience, timeout))
            {
                tally.Orphan($"Worker {worker.Pid} outlived its broker.");
            }
        }
    }

    private async Task KillWorkerAsync(CancellationToken timeout)
    {
        if (Find(HomeProcess.Worker) is > 0 and var worker)
        {
            tally.Begin("kill worker");
            ProcessSignal.TrySend(worker, ProcessSignal.Kill);
        }
    }

    /// <summary>Stops a worker for good; a stop of the generation that it works on then is what ends it.</summary>
    private async Task HangWorkerAsync(CancellationToken timeout)
    {
        if (Find(HomeProcess.Worker) is not (> 0 and var worker))
        {
            return;
        }

        tally.Begin("hang worker");
        ProcessSignal.TrySend(worker, ProcessSignal.Stop);
        while (!await StopWhatRunsAsync(timeout))
        {
            await Task.Delay(EventPause, timeout);
        }

        if (!await Polling.ProcessGoneAsync(worker, HangPatience, timeout))
        {
            tally.Orphan($"Worker {worker} hangs and was not ended.");
        }
    }

    /// <summary>What the person does whose answer has come to a halt.</summary>
    /// <returns>False where no client's generation has its turn.</returns>
    private async Task<bool> StopWhatRunsAsync(CancellationToken timeout)
    {
        foreach (var client in clients)
        {
            await using var port = HostProcess.StartAsBrowser(home, HostProgram.Front, client.Origin);
            var list = await port.AskAsync(new JsonObject { ["action"] = "list_streams" }, timeout);
            var running = list.Payload["streams"]!.AsArray().FirstOrDefault(stream => stream!["state"]!.ToString() == "running");
            if (running is not null)
            {
                await port.AskAsync(new JsonObject { ["action"] = "stop_generation", ["streamId"] = running["streamId"]!.ToString() }, timeout);
                return true;
            }
        }

        return false;
    }

    private async Task SuspendAsync(string fault, int pid, CancellationToken timeout)
    {
        if (pid != 0)
        {
            tally.Begin(fault);
            ProcessSignal.TrySend(pid, ProcessSignal.Stop);
            try
            {
                await Task.Delay(random.Next(50, 400), timeout);
            }
            finally
            {
                ProcessSignal.TrySend(pid, ProcessSignal.Continue);
            }
        }
    }

    private async Task GreetAsync(string fault, int protocol, string version, string[] expected, CancellationToken timeout)
    {
        tally.Begin(fault);
        var status = await AnswerToAsync(protocol, version, timeout);
        if (status == "leaving")
        {
            // It had nothing to do yet, and has ended.
            tally.BrokerEnded();
        }

        if (status is not null && !expected.Contains(status))
        {
            tally.Wrong($"The answer was {status}.");
        }
    }

    /// <returns>The answer's status; null where no broker answers.</returns>
    private async Task<string?> AnswerToAsync(int protocol, string version, CancellationToken timeout)
    {
        try
        {
            await using var peer = await BrokerSocket.ConnectAsync(home, timeout);
            return (await peer.AskAsync(BrokerSocket.Hello(version, protocol), timeout))?["status"]?.ToString();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private ResumingClient Victim() => clients[random.Next(clients.Count)];

    private int Find(string role) => Polling.ProcessesIn(home).FirstOrDefault(process => process.Role == role)?.Pid ?? 0;
}
