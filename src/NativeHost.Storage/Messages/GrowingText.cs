using System.Buffers;
using System.Text;

namespace NativeHost.Storage.Messages;

/// <summary>A text that grows while what there is of it is stored. From any thread.</summary>
internal sealed class GrowingText
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _utf8 = new();
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();

    /// <summary>UTF-8 of the text as it is now. It stays as it is while the text grows.</summary>
    public ReadOnlyMemory<byte> Utf8
    {
        get
        {
            lock (_lock)
            {
                return _utf8.WrittenMemory;
            }
        }
    }

    /// <exception cref="StorageException">It would be longer than a text may be; nothing was appended.</exception>
    public void Append(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            if (_utf8.WrittenCount + Encoding.UTF8.GetMaxByteCount(text.Length) > StorageLimits.MaxTextBytes)
            {
                throw new StorageException(StorageFault.InvalidValue, $"A text may have {StorageLimits.MaxTextBytes:N0} bytes, and this one has no room left.");
            }

            // Half a character waits in the encoder for its other half.
            _encoder.Convert(text, _utf8, flush: false, out _, out _);
        }
    }
}
