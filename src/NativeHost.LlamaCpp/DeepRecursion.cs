namespace NativeHost.LlamaCpp;

/// <summary>Room for llama.cpp to split a long text.</summary>
/// <remarks>
/// The splitting patterns of most byte-pair vocabularies run on the C++ library's regular expressions, which call themselves once
/// for every character of a match: a word of some 40,000 letters overruns a usual stack, and so ends the process. So a long text
/// is split on a thread with a stack for the longest match there can be, in parts that bound it.
/// </remarks>
internal static class DeepRecursion
{
    /// <summary>Texts up to this size need no more than half a megabyte of stack, which every thread has.</summary>
    public const int SafeTextBytes = 1024;

    /// <summary>
    /// Longer texts are cut. The cut is made before a space, where these vocabularies begin a word anyway; only a text without
    /// a space for as long as this is cut elsewhere.
    /// </summary>
    internal const int MaxPartBytes = 256 * 1024;

    /// <summary>Measured: below 400. The stack is only reserved; what a text does not need is never touched.</summary>
    private const int StackBytesPerTextByte = 512;

    /// <summary>Calls <paramref name="act"/> for each part of a text, in order, with room for it.</summary>
    /// <param name="utf8">Valid UTF-8; its parts are too.</param>
    public static void Run(ReadOnlyMemory<byte> utf8, Action<ReadOnlyMemory<byte>> act)
    {
        var thread = new Thread(
            () =>
            {
                while (!utf8.IsEmpty)
                {
                    var length = PartLength(utf8.Span);
                    act(utf8[..length]);
                    utf8 = utf8[length..];
                }
            },
            maxStackSize: (Math.Min(utf8.Length, MaxPartBytes) * StackBytesPerTextByte) + (1024 * 1024));
        thread.Start();
        thread.Join();
    }

    /// <summary>How much of a text to take next.</summary>
    internal static int PartLength(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= MaxPartBytes)
        {
            return utf8.Length;
        }

        var space = utf8[..MaxPartBytes].LastIndexOf((byte)' ');
        if (space > 0)
        {
            return space;
        }

        // 10xxxxxx continues a character.
        var length = MaxPartBytes;
        while ((utf8[length] & 0b1100_0000) == 0b1000_0000)
        {
            length--;
        }

        return length;
    }
}
