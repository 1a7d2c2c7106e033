namespace NativeHost.Jinja.Tests;

/// <summary>A clock that stands, in a zone that is the same everywhere.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => now;
}
