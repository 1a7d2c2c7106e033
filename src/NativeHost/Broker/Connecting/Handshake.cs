namespace NativeHost.Broker.Connecting;

/// <summary>The first frame on a connection to the broker: who it is for.</summary>
/// <param name="Protocol">The connection's own rules; see <see cref="Handshake.Protocol"/>.</param>
/// <param name="Version">Of the program that connects, such as <c>1.0.0</c>.</param>
/// <param name="Pid">Its process id.</param>
/// <param name="Kind"><see cref="Handshake.Extension"/> or <see cref="Handshake.Local"/>.</param>
/// <param name="Origin">The extension's origin or add-on id.</param>
internal sealed record Hello(int Protocol, string Version, int Pid, string Kind, string Origin);

/// <summary>The broker's answer to <see cref="Hello"/>.</summary>
/// <param name="Status"><see cref="Handshake.Welcome"/>, <see cref="Handshake.Leaving"/> or <see cref="Handshake.Refused"/>.</param>
/// <param name="Version">The broker's version.</param>
/// <param name="Pid">The broker's process id.</param>
/// <param name="Code">Why it was refused, an error code of the protocol; null elsewhere.</param>
/// <param name="Message">The same for a person.</param>
internal sealed record Answer(string Status, string Version, int Pid, string? Code = null, string? Message = null);

/// <summary>The words of the handshake, which both ends know.</summary>
internal static class Handshake
{
    /// <summary>Counts changes after which an older end could not be understood.</summary>
    public const int Protocol = 1;

    /// <summary>Most bytes of either frame.</summary>
    public const int MaxBytes = 4096;

    public const string Extension = "extension";
    public const string Local = "local";

    /// <summary>Frames may follow.</summary>
    public const string Welcome = "welcome";

    /// <summary>The broker ends, because a newer one is to take its place: connect again.</summary>
    public const string Leaving = "leaving";

    public const string Refused = "refused";
}
