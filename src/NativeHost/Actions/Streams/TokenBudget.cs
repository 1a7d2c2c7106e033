namespace NativeHost.Actions.Streams;

/// <summary>What one caller used in the last minute. Not safe to call from several threads at once.</summary>
internal sealed class TokenBudget(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<(long When, int Tokens)> _spent = new();
    private long _sum;

    public void Spend(int tokens)
    {
        _spent.Enqueue((time.GetTimestamp(), tokens));
        _sum += tokens;
    }

    /// <summary>How long to wait until less than a limit was used in the last minute; zero where that is so now.</summary>
    public TimeSpan WaitFor(int limit)
    {
        Forget();
        var left = _sum;
        foreach (var (when, tokens) in _spent)
        {
            if (left < limit)
            {
                break;
            }

            left -= tokens;
            if (left < limit)
            {
                return Window - time.GetElapsedTime(when);
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>Whether nothing of it counts any more.</summary>
    public bool IsEmpty()
    {
        Forget();
        return _spent.Count == 0;
    }

    private void Forget()
    {
        while (_spent.TryPeek(out var oldest) && time.GetElapsedTime(oldest.When) >= Window)
        {
            _sum -= oldest.Tokens;
            _spent.Dequeue();
        }
    }
}
