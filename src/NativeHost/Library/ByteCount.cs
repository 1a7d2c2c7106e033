namespace NativeHost.Library;

/// <summary>Adds up bytes that are reported step by step, from any thread.</summary>
internal sealed class ByteCount : IProgress<long>
{
    private long _bytes;

    /// <summary>All so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <param name="value">Bytes of this step.</param>
    public void Report(long value) => Interlocked.Add(ref _bytes, value);
}
