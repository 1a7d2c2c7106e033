using System.Globalization;
using NativeHost.ModelCache.Hub;
using Xunit;

namespace NativeHost.ModelCache.Tests.Hub;

public sealed class RateLimitsTests : IDisposable
{
    private static readonly Uri Endpoint = new("https://huggingface.co");

    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly InstantTime _time = new();

    [Fact]
    public void What_one_process_was_told_others_obey_for_that_bucket_only()
    {
        New().Block(RateBucket.Api, TimeSpan.FromSeconds(56));
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(TimeSpan.FromSeconds(50), New().Remaining(RateBucket.Api));
        Assert.Equal(TimeSpan.Zero, New().Remaining(RateBucket.Resolvers));
    }

    [Fact]
    public void Another_hub_has_limits_of_its_own()
    {
        New().Block(RateBucket.Api, TimeSpan.FromSeconds(56));

        Assert.Equal(TimeSpan.Zero, new RateLimits(_folder, new Uri("https://mirror.example.org"), _time).Remaining(RateBucket.Api));
    }

    [Fact]
    public void The_longest_wait_counts_and_no_wait_is_longer_than_five_minutes()
    {
        var limits = New();
        limits.Block(RateBucket.Api, TimeSpan.FromSeconds(100));
        limits.Block(RateBucket.Api, TimeSpan.FromSeconds(3));
        New().Block(RateBucket.Api, TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(100), limits.Remaining(RateBucket.Api));
        Assert.Equal(TimeSpan.FromSeconds(100), New().Remaining(RateBucket.Api));

        limits.Block(RateBucket.Api, TimeSpan.FromDays(3));

        Assert.Equal(TimeSpan.FromMinutes(5), limits.Remaining(RateBucket.Api));
        Assert.Equal(TimeSpan.FromMinutes(5), New().Remaining(RateBucket.Api));
    }

    [Fact]
    public async Task Waiting_ends_when_the_hub_may_be_asked()
    {
        New().Block(RateBucket.Resolvers, TimeSpan.FromSeconds(30));

        await New().WaitAsync(RateBucket.Resolvers, Patience.Token);

        Assert.Equal([TimeSpan.FromSeconds(30)], _time.Waits);
        Assert.Equal(TimeSpan.Zero, New().Remaining(RateBucket.Resolvers));
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task A_clock_that_jumps_by_hours_blocks_for_no_more_than_five_minutes(int hours)
    {
        var told = New();
        told.Block(RateBucket.Api, TimeSpan.FromSeconds(200));
        _time.Jump(TimeSpan.FromHours(hours));

        Assert.Equal(TimeSpan.Zero, New().Remaining(RateBucket.Api));
        await told.WaitAsync(RateBucket.Api, Patience.Token);
        Assert.Equal([TimeSpan.FromSeconds(200)], _time.Waits);
    }

    [Fact]
    public async Task A_limit_that_others_renew_without_end_is_waited_for_five_minutes_and_then_tried()
    {
        var limits = New();
        var others = New();
        var renewing = new RenewingTime(_time, () => others.Block(RateBucket.Api, TimeSpan.FromSeconds(120)));
        others.Block(RateBucket.Api, TimeSpan.FromSeconds(120));

        await new RateLimits(_folder, Endpoint, renewing).WaitAsync(RateBucket.Api, Patience.Token);

        Assert.Equal([TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(60)], _time.Waits);
        Assert.True(limits.Remaining(RateBucket.Api) > TimeSpan.Zero);
    }

    [Fact]
    public void Every_beginning_of_the_file_is_either_ignored_or_the_whole()
    {
        New().Block(RateBucket.Api, TimeSpan.FromSeconds(100));
        var whole = File.ReadAllText(SharedFile);

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllText(SharedFile, whole[..length]);
            Assert.Equal(TimeSpan.Zero, New().Remaining(RateBucket.Api));
        }
    }

    [Theory]
    [InlineData("{\"until\":1}")]
    [InlineData("tabagent-ratelimit 2 {0} https://huggingface.co\n")]
    [InlineData("tabagent-ratelimit 1 -{0} https://huggingface.co\n")]
    [InlineData("tabagent-ratelimit 1 99999999999999999999999999 https://huggingface.co\n")]
    [InlineData("tabagent-ratelimit 1 9223372036854775807 https://huggingface.co\n")]
    [InlineData("tabagent-ratelimit 1 {0} https://huggingface.co\nmore")]
    [InlineData("tabagent-ratelimit 1 {0}  https://huggingface.co\n")]
    public void What_is_not_ours_is_ignored_and_replaced(string content)
    {
        Directory.CreateDirectory(_folder);
        var soon = (_time.GetUtcNow() + TimeSpan.FromSeconds(60)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(SharedFile, content.Replace("{0}", soon, StringComparison.Ordinal));
        Assert.Equal(TimeSpan.Zero, New().Remaining(RateBucket.Api));

        New().Block(RateBucket.Api, TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromSeconds(5), New().Remaining(RateBucket.Api));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_process_still_obeys()
    {
        File.WriteAllText(_folder, "a file where the folder should be");
        var limits = New();

        limits.Block(RateBucket.Api, TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromSeconds(5), limits.Remaining(RateBucket.Api));
    }

    [Fact]
    public async Task Many_that_write_at_once_leave_a_good_file_and_no_other()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() =>
        {
            for (var round = 0; round < 20; round++)
            {
                New().Block(RateBucket.Api, TimeSpan.FromSeconds((i * 20) + round));
            }
        })));

        Assert.InRange(New().Remaining(RateBucket.Api), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(180));
        Assert.Equal([SharedFile], Directory.GetFiles(_folder));
    }

    public void Dispose()
    {
        if (File.Exists(_folder))
        {
            File.Delete(_folder);
        }
        else if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private string SharedFile => Path.Combine(_folder, "ratelimit-api");

    /// <summary>As another process has it.</summary>
    private RateLimits New() => new(_folder, Endpoint, _time);

    /// <summary>A clock after each wait of which something happens.</summary>
    private sealed class RenewingTime(InstantTime time, Action then) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => time.CreateTimer(
                passed =>
                {
                    then();
                    callback(passed);
                },
                state,
                dueTime,
                period);
    }
}
