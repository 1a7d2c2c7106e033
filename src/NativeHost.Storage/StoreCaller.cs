namespace NativeHost.Storage;

/// <summary>Who asks. It has conversations of its own, and to it those of others are not there.</summary>
/// <param name="Origin">Its name, at most <see cref="StorageLimits.MaxOriginBytes"/>; what it creates belongs to it.</param>
public sealed record StoreCaller(string Origin)
{
    /// <summary>Other origins whose conversations the user lets it see and change, as if they were its own.</summary>
    public IReadOnlyCollection<string> Granted { get; init; } = [];

    /// <summary>Whether the user lets it see and change everybody's.</summary>
    public bool SeesAll { get; init; }
}
