namespace NativeHost.Framing;

/// <summary>Sizes of the native-messaging wire format.</summary>
/// <remarks>https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging#native-messaging-host-protocol</remarks>
internal static class FrameLimits
{
    /// <summary>Bytes of the length prefix: an unsigned integer in the machine's byte order.</summary>
    public const int HeaderBytes = sizeof(uint);

    /// <summary>Most bytes of JSON that Chromium takes in one message from a host; above it the port is closed.</summary>
    public const int MaxOutboundBytes = 1024 * 1024;

    /// <summary>Most bytes of JSON that Chromium sends to a host.</summary>
    public const int MaxInboundBytes = 64 * 1024 * 1024;
}

/// <summary>The peer broke the framing, so where the next message starts is unknown. The connection ends.</summary>
internal sealed class FramingException(string message) : Exception(message);

/// <summary>A message's JSON is over what a browser accepts from a host; nothing was written.</summary>
internal sealed class MessageTooLargeException(int bytes)
    : Exception($"The answer has {bytes} bytes; a browser takes {FrameLimits.MaxOutboundBytes}.");

/// <summary>How messages are told apart in a byte stream.</summary>
internal enum WireFormat
{
    /// <summary>A length prefix before each message, as browsers speak.</summary>
    Frames,

    /// <summary>A line for each message, as people type.</summary>
    Lines,
}
