namespace NativeHost.CommandLine;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>The stream ended, or the verb did its work.</summary>
    public const int Ok = 0;

    /// <summary>The verb failed; it said why.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The frame boundary was lost.</summary>
    public const int FrameBoundaryLost = 3;

    /// <summary>The host could not start.</summary>
    public const int StartFailed = 4;

    /// <summary>The person pressed Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;
}
