using System.Globalization;
using System.Text;

namespace NativeHost.ModelCache.Hub;

/// <summary>Until when the hub wants to hear nothing: what one process was told, all processes of the user obey.</summary>
/// <remarks>
/// One small file for each bucket, <c>ratelimit-api</c> and <c>ratelimit-resolvers</c>, with one line:
/// <c>tabagent-ratelimit 1 milliseconds endpoint</c>, the time in milliseconds since 1970, UTC. Files are replaced as a whole, and whatever else
/// they hold is ignored. Where they cannot be written, this process still obeys. Safe to use from any thread.
/// </remarks>
/// <param name="folder">Outside the cache; made where it is not there.</param>
public sealed class RateLimits(string folder, Uri endpoint, TimeProvider time)
{
    /// <summary>The hub counts in windows of five minutes. What is longer comes from a clock that was changed, or from a hub that is wrong.</summary>
    public static readonly TimeSpan LongestBlock = TimeSpan.FromMinutes(5);

    private const string Kind = "tabagent-ratelimit 1";

    private const int MaxFileBytes = 4096;

    private readonly Lock _lock = new();

    // By the clock that nobody can change: when the block began here, and how long it is. Indexed by bucket.
    private readonly (long Began, TimeSpan Length)[] _own = new (long, TimeSpan)[Enum.GetValues<RateBucket>().Length];

    /// <summary>How long the hub wants to hear nothing from now on; zero where it may be asked.</summary>
    public TimeSpan Remaining(RateBucket bucket)
    {
        var shared = ReadShared(bucket);
        lock (_lock)
        {
            var own = OwnRemaining(bucket);
            return own > shared ? own : shared;
        }
    }

    /// <summary>Says that the hub wants to hear nothing for a while. A longer while that was said before still counts.</summary>
    public void Block(RateBucket bucket, TimeSpan length)
    {
        var capped = length > LongestBlock ? LongestBlock : length;
        lock (_lock)
        {
            if (capped > OwnRemaining(bucket))
            {
                _own[(int)bucket] = (time.GetTimestamp(), capped);
            }
        }

        if (capped > ReadShared(bucket))
        {
            WriteShared(bucket, time.GetUtcNow() + capped);
        }
    }

    /// <summary>Waits until the hub may be asked, five minutes at most.</summary>
    internal async Task WaitAsync(RateBucket bucket, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (Remaining(bucket) is var remaining && remaining > TimeSpan.Zero
            && LongestBlock - time.GetElapsedTime(began) is var patience && patience > TimeSpan.Zero)
        {
            // A delay is cut to whole milliseconds, and one of nothing would make this spin.
            var wait = Math.Ceiling(Math.Min(remaining.TotalMilliseconds, patience.TotalMilliseconds));
            await Task.Delay(TimeSpan.FromMilliseconds(wait), time, cancellationToken);
        }
    }

    private TimeSpan OwnRemaining(RateBucket bucket)
    {
        var (began, length) = _own[(int)bucket];
        return length == TimeSpan.Zero || time.GetElapsedTime(began) is var elapsed && elapsed >= length ? TimeSpan.Zero : length - elapsed;
    }

    private string PathOf(RateBucket bucket) => Path.Combine(folder, bucket == RateBucket.Api ? "ratelimit-api" : "ratelimit-resolvers");

    private TimeSpan ReadShared(RateBucket bucket)
    {
        try
        {
            using var stream = new FileStream(PathOf(bucket), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxFileBytes];
            var text = Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
            var words = text.Split(' ');
            if (words.Length != 4 || text != TextOf(words[2])
                || !long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            {
                return TimeSpan.Zero;
            }

            var remaining = milliseconds - (double)time.GetUtcNow().ToUnixTimeMilliseconds();
            return remaining > 0 && remaining <= LongestBlock.TotalMilliseconds ? TimeSpan.FromMilliseconds(remaining) : TimeSpan.Zero;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return TimeSpan.Zero;
        }
    }

    // Two that write at once both say what the hub told them: the one that is lost is told again.
    private void WriteShared(RateBucket bucket, DateTimeOffset until)
    {
        var temporary = $"{PathOf(bucket)}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(folder);
            try
            {
                File.WriteAllText(temporary, TextOf(until.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
                File.Move(temporary, PathOf(bucket), overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then only this process knows.
        }
    }

    private string TextOf(string milliseconds) => $"{Kind} {milliseconds} {endpoint.GetLeftPart(UriPartial.Authority)}\n";
}
