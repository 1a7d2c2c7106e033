using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NativeHost.LlamaCpp.Interop;

/// <summary>Takes llama.cpp's log from whatever thread it comes, puts its lines together and hands them on.</summary>
/// <remarks>
/// llama.cpp has one log for the whole process, so this is static. The last warnings and errors are kept: they are all the reason
/// that llama.cpp gives for a failure.
/// </remarks>
internal static unsafe class NativeLog
{
    // enum ggml_log_level; 5 continues the line before.
    private const int InfoLevel = 2;
    private const int WarningLevel = 3;
    private const int ErrorLevel = 4;
    private const int Continuation = 5;

    private const int KeptLines = 6;
    private const int MaxLineCharacters = 2000;

    private static readonly Lock Gate = new();
    private static readonly Queue<string> Complaints = new();
    private static string _line = "";
    private static NativeLogLevel _level;
    private static ImmutableArray<Action<NativeLogLevel, string>> _sinks = [];

    /// <summary>Hands every later line to <paramref name="sink"/>, which must be quick and must not throw; once if asked twice.</summary>
    public static void AddSink(Action<NativeLogLevel, string> sink)
    {
        lock (Gate)
        {
            _sinks = _sinks.Contains(sink) ? _sinks : _sinks.Add(sink);
        }
    }

    /// <summary>Makes the log come here; needs the native libraries.</summary>
    public static void Connect()
    {
        LlamaNative.ggml_log_set(&OnLog, 0);
        LlamaNative.llama_log_set(&OnLog, 0);
        _ = LlamaNative.ggml_set_abort_callback(&OnAbort);
    }

    /// <summary>Forgets the complaints up to now.</summary>
    public static void ForgetComplaints()
    {
        lock (Gate)
        {
            Complaints.Clear();
        }
    }

    /// <summary>The last warnings and errors, as a sentence's end; says so where there are none.</summary>
    public static string LastComplaints()
    {
        lock (Gate)
        {
            return Complaints.Count == 0 ? "llama.cpp gave no reason." : string.Join(" | ", Complaints);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(int level, byte* text, nint userData) => Append(level, Marshal.PtrToStringUTF8((nint)text) ?? "");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnAbort(byte* message)
        => Append(ErrorLevel, $"llama.cpp ends the process: {Marshal.PtrToStringUTF8((nint)message)}\n");

    /// <summary>Takes a piece of the log: a line, or a part of one.</summary>
    internal static void Append(int level, string text)
    {
        lock (Gate)
        {
            if (level != Continuation)
            {
                Flush();
                _level = level switch
                {
                    ErrorLevel => NativeLogLevel.Error,
                    WarningLevel => NativeLogLevel.Warning,
                    InfoLevel => NativeLogLevel.Info,
                    _ => NativeLogLevel.Debug,
                };
            }

            _line += text;
            if (_line.EndsWith('\n') || _line.Length > MaxLineCharacters)
            {
                Flush();
            }
        }
    }

    private static void Flush()
    {
        var line = _line.Trim();
        _line = "";
        if (line.Length == 0)
        {
            return;
        }

        if (_level >= NativeLogLevel.Warning)
        {
            Complaints.Enqueue(line);
            if (Complaints.Count > KeptLines)
            {
                Complaints.Dequeue();
            }
        }

        foreach (var sink in _sinks)
        {
            sink(_level, line);
        }
    }
}
