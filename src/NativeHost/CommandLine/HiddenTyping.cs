using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace NativeHost.CommandLine;

/// <summary>A terminal that does not show what is typed, until it is disposed. What was typed before is dropped.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class HiddenTyping : IDisposable
{
    private const int Keyboard = 0;
    private const int AndDropWhatWasTyped = 2;

    // struct termios begins with four numbers of flags: c_lflag is the last. Each takes 4 bytes on Linux and 8 on macOS; what follows is given back as it came.
    private const int MostBytes = 256;
    private const byte Echo = 8;

    private readonly byte[] _before = new byte[MostBytes];
    private readonly bool _isTerminal;

    public HiddenTyping()
    {
        _isTerminal = tcgetattr(Keyboard, ref _before[0]) == 0;
        byte[] hidden = [.. _before];
        hidden[OperatingSystem.IsMacOS() ? 24 : 12] &= unchecked((byte)~Echo);
        Set(hidden);
    }

    public void Dispose() => Set(_before);

    private void Set(byte[] settings)
    {
        if (_isTerminal)
        {
            _ = tcsetattr(Keyboard, AndDropWhatWasTyped, ref settings[0]);
        }
    }

    [LibraryImport("libc")]
    private static partial int tcgetattr(int descriptor, ref byte settings);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int descriptor, int when, ref byte settings);
}
