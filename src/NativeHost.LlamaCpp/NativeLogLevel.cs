namespace NativeHost.LlamaCpp;

/// <summary>How much a line of llama.cpp's log matters.</summary>
public enum NativeLogLevel
{
    Debug,
    Info,
    Warning,
    Error,
}
