using NativeHost.BitNet.Packing;
using NativeHost.BitNet.Reading;

namespace NativeHost.BitNet.Model;

/// <summary>A model's weights, in the best form that is there by now, and the memory that they are in.</summary>
/// <remarks>
/// Where the packed form was kept by an earlier load, it is mapped. Else the model answers from the file's own rows, where they can be
/// computed with, while a thread packs them and then keeps them; other files are packed first.
/// </remarks>
/// <typeparam name="TWeights">What they are put together to.</typeparam>
internal sealed unsafe class LoadedWeights<TWeights> : IDisposable
    where TWeights : class
{
    private readonly TernaryModelFile _file;
    private readonly PackedLayout _layout;
    private readonly PackedStore? _store;
    private readonly AlignedMemory _norms = new();
    private readonly IWeightForms<TWeights> _forms;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<bool> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDisposable? _block;
    private Thread? _worker;
    private TWeights? _model;

    private LoadedWeights(TernaryModelFile file, HeadForm head, PackedStore? store, Func<AlignedMemory, IWeightForms<TWeights>> formsWith)
    {
        (_file, _store) = (file, store);
        _layout = PackedLayout.Of(file.Shape, head);
        _forms = formsWith(_norms);
    }

    /// <summary>The weights; another form of the same by and by, but each stays usable until this is disposed.</summary>
    public TWeights Model => Volatile.Read(ref _model)!;

    /// <summary>Completes when nothing more happens in the background; says whether the packed form is kept.</summary>
    public Task<bool> WhenSettled => _settled.Task;

    /// <summary>Makes a file's weights ready to compute with.</summary>
    /// <param name="file">Owned from here on, also where this throws.</param>
    /// <param name="store">Null where nothing is kept.</param>
    /// <param name="formsWith">Gives the forms of this file, their norms in this memory.</param>
    /// <param name="threads">Threads that may be used until this returns.</param>
    /// <param name="progress">Told the part that is done, 0 to 1, from any thread.</param>
    /// <exception cref="NativeHost.Gguf.ModelFormatException">A matrix is not ternary after all.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public static LoadedWeights<TWeights> Open(
        TernaryModelFile file,
        HeadForm head,
        PackedStore? store,
        Func<AlignedMemory, IWeightForms<TWeights>> formsWith,
        int threads,
        IProgress<float> progress,
        CancellationToken cancellationToken)
    {
        var loaded = new LoadedWeights<TWeights>(file, head, store, formsWith);
        try
        {
            loaded.Open(threads, progress, cancellationToken);
            var opened = loaded;
            loaded = null;
            return opened;
        }
        finally
        {
            loaded?.Dispose();
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        _worker?.Join();
        _ending.Dispose();
        _norms.Dispose();
        _block?.Dispose();
        _file.Dispose();
    }

    private void Open(int threads, IProgress<float> progress, CancellationToken cancellationToken)
    {
        if (_store?.TryOpen(_file, _layout) is { } mapping)
        {
            _block = mapping;
            _model = _forms.Packed(_layout, mapping.At(PackedFileHeader.Bytes, _layout.Bytes));
            _file.LetPagesGo();
            _settled.SetResult(true);
            Begin(_store.Sweep);
        }
        else if (_forms.HasRaw)
        {
            CodeCheck.Run(_file, threads, progress, cancellationToken);
            _model = _forms.Raw();
            Begin(PackAndKeep);
        }
        else
        {
            var packed = Pack(threads, progress, cancellationToken);
            Begin(() => Keep(packed));
        }
    }

    private void PackAndKeep() => Keep(Pack(threads: 1, new NoProgress(), _ending.Token));

    private WeightMemory Pack(int threads, IProgress<float> progress, CancellationToken cancellationToken)
    {
        var packed = new WeightMemory(_layout.Bytes);
        _block = packed;
        try
        {
            WeightPacking.Pack(_file, _layout, packed.Start, threads, progress, cancellationToken);
        }
        catch
        {
            _block = null;
            packed.Dispose();
            throw;
        }

        Volatile.Write(ref _model, _forms.Packed(_layout, packed.Start));
        return packed;
    }

    /// <summary>Keeps the packed form, and gives back what the file took in memory: little of it will be read again.</summary>
    private void Keep(WeightMemory packed)
    {
        _file.LetPagesGo();
        _settled.TrySetResult(_store?.TryWrite(_file, _layout, packed.Start, _ending.Token) ?? false);
    }

    private void Begin(Action work)
    {
        _worker = new Thread(() =>
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // Nothing here may end the process: the model is being unloaded, or goes on in the form it has.
            catch (Exception)
#pragma warning restore CA1031
            {
                _settled.TrySetResult(false);
            }
        })
        { IsBackground = true, Name = "pack weights", Priority = ThreadPriority.BelowNormal };
        _worker.Start();
    }

    private sealed class NoProgress : IProgress<float>
    {
        public void Report(float value)
        {
            // Nobody waits for it.
        }
    }
}
