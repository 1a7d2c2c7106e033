using System.Buffers.Binary;

namespace NativeHost.Benchmarks.Answers;

/// <summary>The least that answers a frame: it reads one, and writes one that is always the same.</summary>
internal static class Echo
{
    /// <summary>What a process of ours is started with to be it.</summary>
    public const string Word = "echo";

    public static void Run()
    {
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var frame = new byte[64 * 1024];
        var answer = new byte[64];
        var text = """{"status":"success","response":"pong"}"""u8;
        BinaryPrimitives.WriteInt32LittleEndian(answer, text.Length);
        text.CopyTo(answer.AsSpan(sizeof(int)));
        while (input.ReadAtLeast(frame.AsSpan(0, sizeof(int)), sizeof(int), throwOnEndOfStream: false) == sizeof(int))
        {
            input.ReadExactly(frame, 0, BinaryPrimitives.ReadInt32LittleEndian(frame));
            output.Write(answer, 0, sizeof(int) + text.Length);
            output.Flush();
        }
    }
}
