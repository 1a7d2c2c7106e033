namespace NativeHost.Hardware.Probing;

/// <summary>One question to the machine, asked beside whoever wants to know, and its last answer.</summary>
/// <remarks>
/// Safe to ask from any thread; one look runs at a time. A look that fails or takes too long leaves a reason, and the answer before it
/// where there was one. What hangs in the system cannot be ended: it keeps its thread, and no other look begins before it is over.
/// </remarks>
/// <param name="look">Finds out; may block, and is told when its time is over.</param>
/// <param name="limit">The time that a look may take.</param>
internal sealed class Probe<T>(Func<CancellationToken, Task<T>> look, TimeSpan limit, TimeProvider time)
    where T : class
{
    private const int MaxReasonLength = 300;

    /// <summary>After a failure nobody looks for so long.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private Task? _running;
    private Task? _stuck;
    private long _began;
    private T? _value;
    private long _found;
    private string? _reason;
    private long _failed;

    /// <summary>A question that is answered on the thread that asks.</summary>
    public static Probe<T> Of(Func<T> look, TimeSpan limit, TimeProvider time) => new(_ => Task.FromResult(look()), limit, time);

    /// <summary>Gives what is known, and looks again where that is too old.</summary>
    /// <param name="freshFor">An answer of this age needs no other look.</param>
    /// <param name="firstPatience">How long after a look began its answer is waited for, where there is none yet.</param>
    /// <param name="patience">The same where there is an older one.</param>
    public async Task<Finding<T>> AskAsync(TimeSpan freshFor, TimeSpan firstPatience, TimeSpan patience, CancellationToken cancellationToken)
    {
        Task running;
        TimeSpan left;
        lock (_gate)
        {
            if (!IsDue(freshFor))
            {
                return Current();
            }

            if (_running is null)
            {
                _began = time.GetTimestamp();

                // Not here: what ends at once would have ended before it is known to run.
                _running = Task.Run(LookAsync, CancellationToken.None);
            }

            running = _running;
            left = (_value is null ? firstPatience : patience) - time.GetElapsedTime(_began);
        }

        if (left > TimeSpan.Zero)
        {
            using var isOver = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(running, Task.Delay(left, time, isOver.Token));
            await isOver.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        lock (_gate)
        {
            return Current();
        }
    }

    private bool IsDue(TimeSpan freshFor)
        => _running is not null
            || (_stuck is not { IsCompleted: false }
                && (_reason is null || time.GetElapsedTime(_failed) >= Rest)
                && (_value is null || time.GetElapsedTime(_found) >= freshFor));

    private Finding<T> Current()
        => _value is null
            ? new Finding<T>(null, _reason ?? "It is being looked for.", IsPending: _reason is null)
            : new Finding<T>(_value, _reason, time.GetElapsedTime(_found));

    private async Task LookAsync()
    {
        // With a thread of its own, because the system may keep it.
        using var over = new CancellationTokenSource();
        var looking = Task.Factory.StartNew(
            () => look(over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        try
        {
            var value = await looking.WaitAsync(limit, time);
            End(value, reason: null);
        }
        catch (TimeoutException)
        {
            End(null, FormattableString.Invariant($"The system did not answer within {limit.TotalSeconds:0.##} seconds."), looking);
            _ = looking.ContinueWith(late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            await over.CancelAsync();
        }
#pragma warning disable CA1031 // Whatever is wrong with one part of the machine must not cost what is known of the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            End(null, e.Message.Length <= MaxReasonLength ? e.Message : $"{e.Message[..MaxReasonLength]}…");
        }
    }

    private void End(T? value, string? reason, Task? stuck = null)
    {
        lock (_gate)
        {
            if (value is not null)
            {
                (_value, _found) = (value, time.GetTimestamp());
            }

            (_reason, _failed, _running, _stuck) = (reason, time.GetTimestamp(), null, stuck);
        }
    }
}
