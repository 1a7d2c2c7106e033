using NativeHost.Broker.Connecting;

namespace NativeHost.Broker;

/// <summary>
/// How many may be connected, all together and of one origin: one extension that opens ports without end must lock out neither the
/// others nor the person at the terminal. Safe to call from any thread.
/// </summary>
internal sealed class ConnectionPlaces
{
    /// <summary>
    /// Most connections at a time, far above what browsers open: without descriptors for its own threads the runtime ends the process.
    /// </summary>
    public const int Most = 400;

    /// <summary>Most of one origin.</summary>
    public const int MostOfOrigin = 64;

    /// <summary>Places that no extension gets.</summary>
    public const int KeptForLocal = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _ofOrigin = new(StringComparer.Ordinal);
    private int _taken;

    /// <summary>Takes a place, which has to be given back.</summary>
    /// <returns>Why there is none, for whoever wants it; null where it is taken.</returns>
    public string? TryTake(Hello hello)
    {
        var isLocal = hello.Kind == Handshake.Local;
        lock (_gate)
        {
            var ofOrigin = _ofOrigin.GetValueOrDefault(hello.Origin);
            if (!isLocal && ofOrigin >= MostOfOrigin)
            {
                return $"This extension has {MostOfOrigin} ports open, which is the most there may be. Close some, or keep one open and use it again.";
            }

            if (_taken >= (isLocal ? Most : Most - KeptForLocal))
            {
                return $"All browsers together have {_taken} ports open, which is the most there may be. Close some, and try again.";
            }

            _taken++;
            if (!isLocal)
            {
                _ofOrigin[hello.Origin] = ofOrigin + 1;
            }

            return null;
        }
    }

    public void GiveBack(Hello hello)
    {
        lock (_gate)
        {
            _taken--;
            if (hello.Kind == Handshake.Local)
            {
                return;
            }

            // Origins come and go for as long as the broker lives.
            var left = _ofOrigin[hello.Origin] - 1;
            if (left == 0)
            {
                _ofOrigin.Remove(hello.Origin);
            }
            else
            {
                _ofOrigin[hello.Origin] = left;
            }
        }
    }
}
