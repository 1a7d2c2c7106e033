namespace NativeHost.Front;

/// <summary>Why the pump ended.</summary>
internal enum PumpEnd
{
    BrowserGone,

    /// <summary>The browser's bytes are no frames any more; it has been told.</summary>
    FrameBoundaryLost,

    /// <summary>There is no broker; the browser has been told.</summary>
    BrokerGone,
}
