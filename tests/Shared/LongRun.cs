namespace NativeHost.Testing;

/// <summary>How far a test that could go on for ever goes: further where <c>TABAGENT_LONG</c> is 1, as scripts/full.cs sets it.</summary>
internal static class LongRun
{
    public static int Rounds(int usual, int whenLong)
        => Environment.GetEnvironmentVariable("TABAGENT_LONG") == "1" ? whenLong : usual;
}
