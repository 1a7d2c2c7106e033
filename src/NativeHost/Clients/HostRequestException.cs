namespace NativeHost.Clients;

/// <summary>The host answered a request with an error.</summary>
/// <param name="code">The protocol's code.</param>
internal sealed class HostRequestException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
