namespace NativeHost.Hardware.Planning.Graphs;

/// <summary>Four numbers of a tensor, one for each of its dimensions: how many elements it has there, or how far they are apart.</summary>
internal readonly record struct Extent(long N0, long N1, long N2, long N3)
{
    /// <exception cref="OverflowException">There are more than a long can count.</exception>
    public long Product => checked(N0 * N1 * N2 * N3);
}
