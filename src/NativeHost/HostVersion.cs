namespace NativeHost;

/// <summary>The version of this program.</summary>
internal static class HostVersion
{
    /// <summary>The same as in the project files, as a test checks: asking the assembly for it costs time at every start.</summary>
    public const string Text = "1.0.0";
}
