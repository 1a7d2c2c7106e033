namespace NativeHost.Storage.Database;

/// <summary>A file that is read and written by position. Tests have one whose disk fills up, fails or loses its power.</summary>
/// <remarks>Reads may run beside each other and beside one write; the owner sees to it that writes do not.</remarks>
internal interface IStoreFile : IDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <returns>How many bytes were read; fewer than asked for only at the file's end.</returns>
    int Read(Span<byte> buffer, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    void SetLength(long length);

    /// <summary>Returns when all that was written is on the disk, not only with the system.</summary>
    void Flush();
}
