using System.Diagnostics;

namespace NativeHost.Workers;

/// <summary>Tells a worker that hangs from one that works, by the times at which it was heard and told to stop.</summary>
/// <remarks>Not safe to call from several threads at once, but for <see cref="Hear"/>.</remarks>
internal sealed class HangWatch
{
    /// <summary>A look after so many times the pause between two is late.</summary>
    private const int LateLook = 3;

    private long _lastHeard = Stopwatch.GetTimestamp();
    private long _lastLook = Stopwatch.GetTimestamp();

    /// <summary>The worker said something, or has something to say only from now on.</summary>
    public void Hear() => Volatile.Write(ref _lastHeard, Stopwatch.GetTimestamp());

    /// <summary>Looks at the clocks.</summary>
    /// <param name="isAtWork">Whether it has something to say.</param>
    /// <param name="work">What it was asked for.</param>
    /// <returns>Why the worker is to be ended; null where it is not.</returns>
    public string? Look(HangPatience patience, bool isAtWork, IReadOnlyCollection<WorkerWork> work)
    {
        var lastLook = _lastLook;
        _lastLook = Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(lastLook, _lastLook) > LateLook * patience.Pause)
        {
            // This process was suspended, or the machine: what the worker said meanwhile may still wait to be read.
            Restart(work);
            return null;
        }

        return work.Any(asked => asked.StopAsked != 0 && Stopwatch.GetElapsedTime(asked.StopAsked) > patience.Stop)
            ? "It did not stop when it was told to."
            : isAtWork && Stopwatch.GetElapsedTime(Volatile.Read(ref _lastHeard)) > patience.Silence
            ? $"It said nothing for {patience.Silence.TotalSeconds:0} seconds."
            : null;
    }

    private void Restart(IEnumerable<WorkerWork> work)
    {
        Hear();
        foreach (var asked in work.Where(asked => asked.StopAsked != 0))
        {
            asked.StopAsked = _lastLook;
        }
    }
}

/// <summary>How long a worker may hang.</summary>
/// <param name="Stop">How long it may take to end what it was told to stop.</param>
/// <param name="Silence">How long it may say nothing while it works.</param>
/// <param name="Pause">The time between two looks. What is much longer was no time of ours, and counts against nobody.</param>
internal sealed record HangPatience(TimeSpan Stop, TimeSpan Silence, TimeSpan Pause);
