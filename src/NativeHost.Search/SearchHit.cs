namespace NativeHost.Search;

/// <summary>Something that was found.</summary>
/// <param name="Key">What it was added under.</param>
/// <param name="Score">The higher, the better; comparable within one search only.</param>
public readonly record struct SearchHit(string Key, double Score);
