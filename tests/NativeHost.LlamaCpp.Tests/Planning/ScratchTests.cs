using NativeHost.Gguf;
using NativeHost.Hardware.Planning;
using NativeHost.Hardware.Planning.Graphs;
using NativeHost.LlamaCpp.Interop;

namespace NativeHost.LlamaCpp.Tests.Planning;

public sealed class ScratchTests
{
    [Fact(Explicit = true)]
    public unsafe void All()
    {
        NativeBreakdown.SkipUnlessKnown();
        LlamaEngine.Start();
        var only = Environment.GetEnvironmentVariable("ONLY");
        foreach (var architecture in ModelSketch.Architectures)
        {
            if (only is not null && !only.Split(',').Contains(architecture))
            {
                continue;
            }

            using var file = new TemporaryFile([]);
            using (var stream = File.Open(file.Path, FileMode.Create))
            {
                ModelSketch.Write(stream, architecture, new SketchSize());
            }

            NativeLog.ForgetComplaints();
            nint noDevice = 0;
            var mp = LlamaNative.llama_model_default_params();
            mp.LoadMode = LlamaLoadMode.None;
            mp.Devices = &noDevice;
            mp.GpuLayers = 0;
            mp.NoAlloc = true;
            using var model = new LlamaModelHandle(LlamaNative.llama_model_load_from_file(file.Path, mp));
            if (model.IsInvalid)
            {
                Console.WriteLine($"{architecture}: LOAD {NativeLog.LastComplaints()}");
                continue;
            }

            var header = GgufFile.Read(file.Path);
            var dims = ModelDimensions.Read(header)!;
            var traits = ArchitectureTraits.Find(dims.Architecture)!;
            foreach (var (ctx, ub, fa, kt, seqs, unified, full) in new (int, int, bool, uint, int, bool, bool)[] {
                (4096, 512, true, 1, 1, false, true), (4096, 512, false, 1, 1, false, true), (4096, 512, true, 8, 1, false, true), (1024, 64, true, 1, 1, false, false),
                (2048, 256, false, 0, 1, false, false), (2048, 256, true, 0, 1, false, false), (1024, 256, true, 1, 3, false, true), (1024, 256, true, 1, 2, true, false), (300, 1, true, 1, 1, false, true) })
            {
                var cp = LlamaNative.llama_context_default_params();
                cp.ContextTokens = (uint)(ctx * seqs);
                cp.BatchTokens = 512;
                cp.MicroBatchTokens = (uint)ub;
                cp.MaxSequences = (uint)seqs;
                cp.MaxOutputs = (uint)seqs;
                cp.FlashAttention = fa ? 1 : 0;
                cp.TypeK = (int)kt;
                cp.TypeV = (int)kt;
                cp.UnifiedCache = unified;
                cp.FullSlidingWindow = full;
                using var context = LlamaContextHandle.Create(model, cp);
                if (context.IsInvalid)
                {
                    Console.WriteLine($"{architecture}: CONTEXT {NativeLog.LastComplaints()}");
                    continue;
                }

                var real = NativeBreakdown.Of(context);
                if (Environment.GetEnvironmentVariable("DUMP") == $"{ub}{fa}{kt}")
                {
                    Dump(context, ub, seqs);
                }

                var settings = new PlanSettings
                {
                    ContextTokens = ctx, Sequences = seqs, BatchTokens = 512, MicroBatchTokens = ub, OutputRows = seqs, KeyTypeId = kt, ValueTypeId = kt,
                    UsesFlashAttention = fa, SharesCache = unified, KeepsWholeWindows = full,
                };
                var cache = new LayerCache(dims, traits, settings).Bytes()?.Sum();
                var compute = ModelGraph.Size(header.Tensors, dims, traits, settings, 32)?.BufferBytes;
                Console.WriteLine($"{architecture,-14} ctx {ctx,5} ub {ub,4} fa {fa,-5} kv {kt} seq {seqs} {(unified ? "u" : " ")} weights {real.HostWeights,10} {header.Tensors.Sum(t => t.Bytes),10} cache {real.HostCache,9} {cache,9} {(real.HostCache == cache ? "" : "CACHE!")} compute {real.HostCompute,10} {compute,10} {(real.HostCompute == compute ? "" : $"{(double)(compute ?? 0) / real.HostCompute:F3} !!!")}");
            }
        }
    }

    [Fact(Explicit = true)]
    public unsafe void Weights()
    {
        LlamaEngine.Start();
        var onGpu = LlamaEngine.Devices.Any(d => d.IsGpu);
        Console.WriteLine(string.Join(", ", LlamaEngine.Devices.Select(d => $"{d.Name} {d.Kind} {d.Description}")));
        foreach (var architecture in ModelSketch.Architectures)
        foreach (var (type, own) in new (uint, bool)[] { (1, true), (1, false), (2, false), (12, false), (8, false), (14, true) })
        foreach (var layers in onGpu ? new[] { 0, 1, 2, 4 } : [0])
        {
            var size = new SketchSize { TypeId = type, HasOwnOutput = own, FeedForward = 1280, ExpertFeedForward = 256, KvRank = 256, QueryRank = 256, HeadLength = architecture == "deepseek2" ? 256 : 64, TimeStepRank = 256 };
            using var file = new TemporaryFile([]);
            using (var stream = File.Open(file.Path, FileMode.Create))
            {
                ModelSketch.Write(stream, architecture, size);
            }

            NativeLog.ForgetComplaints();
            nint noDevice = 0;
            var mp = LlamaNative.llama_model_default_params();
            mp.LoadMode = LlamaLoadMode.None;
            mp.Devices = layers == 0 ? &noDevice : null;
            mp.GpuLayers = layers == 0 ? 0 : layers + 1;
            mp.NoAlloc = true;
            using var model = new LlamaModelHandle(LlamaNative.llama_model_load_from_file(file.Path, mp));
            if (model.IsInvalid)
            {
                Console.WriteLine($"{architecture}: LOAD {NativeLog.LastComplaints()}");
                continue;
            }

            var cp = LlamaNative.llama_context_default_params();
            cp.ContextTokens = 4096;
            cp.BatchTokens = 512;
            cp.MicroBatchTokens = 512;
            cp.MaxOutputs = 1;
            using var context = LlamaContextHandle.Create(model, cp);
            if (context.IsInvalid)
            {
                Console.WriteLine($"{architecture}: CONTEXT {NativeLog.LastComplaints()}");
                continue;
            }

            var real = NativeBreakdown.Of(context);
            var header = ModelHeader.Read(file.Path);
            var dims = ModelDimensions.Read(header.First)!;
            var traits = ArchitectureTraits.Find(dims.Architecture)!;
            var settings = new PlanSettings { ContextTokens = 4096, GpuLayers = layers };
            var placed = WeightPlacement.Of(header.Tensors, dims, traits, CpuPacking.OfThisMachine, layers)!;
            var cache = new LayerCache(dims, traits, settings).Bytes()!;
            var first = dims.AllLayers - layers;
            var compute = ModelPlanner.Of(header, settings, CpuPacking.OfThisMachine).Compute;
            Console.WriteLine($"{architecture,-14} {GgufTensorType.Find(type)!.Name} {(own ? "own" : "tied")} gpu {layers} weights {real.HostWeights,10} {placed.CpuBytes,10} {real.DeviceWeights,10} {placed.GpuBytes,10} {(real.HostWeights == placed.CpuBytes && real.DeviceWeights == placed.GpuBytes ? "" : "WEIGHTS!")} cache {real.HostCache} {real.DeviceCache} {(real.HostCache == cache[..first].Sum() && real.DeviceCache == cache[first..].Sum() ? "" : "CACHE!")} compute {real.HostCompute} {real.DeviceCompute} sim {compute.CpuBytes} {compute.GpuBytes} {(real.HostCompute/(double)compute.CpuBytes):F2} {(real.DeviceCompute/(double)compute.GpuBytes):F2} {(real.HostCompute <= compute.CpuBytes && real.DeviceCompute <= compute.GpuBytes ? "" : "BOUND!")}");
        }
    }

    private static unsafe void Dump(LlamaContextHandle context, int tokens, int seqs)
    {
        var llama = System.Runtime.InteropServices.NativeLibrary.Load(Directory.GetFiles(NativeLibraries.Folder, "libllama.*").Single());
        var ggml = System.Runtime.InteropServices.NativeLibrary.Load(Directory.GetFiles(NativeLibraries.Folder, "libggml-base.*").Single());
        var reserve = (delegate* unmanaged[Cdecl]<nint, uint, uint, uint, nint>)System.Runtime.InteropServices.NativeLibrary.GetExport(llama, "_Z19llama_graph_reserveP13llama_contextjjj");
        var count = (delegate* unmanaged[Cdecl]<nint, int>)System.Runtime.InteropServices.NativeLibrary.GetExport(ggml, "ggml_graph_n_nodes");
        var get = (delegate* unmanaged[Cdecl]<nint, int, nint>)System.Runtime.InteropServices.NativeLibrary.GetExport(ggml, "ggml_graph_node");
        var desc = (delegate* unmanaged[Cdecl]<nint, byte*>)System.Runtime.InteropServices.NativeLibrary.GetExport(ggml, "ggml_op_desc");
        var name = (delegate* unmanaged[Cdecl]<nint, byte*>)System.Runtime.InteropServices.NativeLibrary.GetExport(ggml, "ggml_get_name");
        var graph = reserve(context.DangerousGetHandle(), (uint)tokens, (uint)seqs, (uint)seqs);
        for (var i = 0; i < count(graph); i++)
        {
            var node = get(graph, i);
            var ne = (long*)(node + 16);
            Console.WriteLine($"  {i,4} {System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)desc(node)),-16} {ne[0]} {ne[1]} {ne[2]} {ne[3]}  {System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name(node))}");
        }
    }
}
