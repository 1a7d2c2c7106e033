using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>One load while llama.cpp works on it: takes its progress out and its cancellation in.</summary>
/// <remarks>llama.cpp calls back on the loading thread. No exception may leave the callback; a failing listener ends the load.</remarks>
internal sealed unsafe class LoadRun : IDisposable
{
    private readonly IProgress<float> _progress;
    private readonly CancellationToken _cancellationToken;
    private GCHandle _self;
    private float _reported = -1;

    public LoadRun(IProgress<float> progress, CancellationToken cancellationToken)
    {
        (_progress, _cancellationToken) = (progress, cancellationToken);
        _self = GCHandle.Alloc(this);
    }

    /// <summary>What llama.cpp is to call, with <see cref="UserData"/>.</summary>
    public static delegate* unmanaged[Cdecl]<float, nint, byte> Callback => &OnProgress;

    public nint UserData => GCHandle.ToIntPtr(_self);

    /// <summary>What the listener threw; null where it did not.</summary>
    public Exception? ListenerFailure { get; private set; }

    /// <summary>Tells the listener the part that is done, where it is more than before.</summary>
    public void Report(float part)
    {
        if (part > _reported)
        {
            _reported = part;
            _progress.Report(part);
        }
    }

    public void Dispose() => _self.Free();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnProgress(float part, nint userData)
    {
        var run = (LoadRun)GCHandle.FromIntPtr(userData).Target!;
        if (run._cancellationToken.IsCancellationRequested)
        {
            return 0;
        }

        try
        {
            // The whole is told when the model has computed its first token.
            run.Report(Math.Min(part, 0.99f));
            return 1;
        }
#pragma warning disable CA1031 // An exception cannot pass through native code; the load rethrows it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            run.ListenerFailure = failure;
            return 0;
        }
    }
}
