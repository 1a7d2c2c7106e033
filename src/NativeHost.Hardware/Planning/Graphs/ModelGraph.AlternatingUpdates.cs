namespace NativeHost.Hardware.Planning.Graphs;

/// <content>Gemma 3n: several hidden states are carried along, of which each block computes one and predicts the others.</content>
internal sealed partial class ModelGraph
{
    private GraphTensor AlternatingUpdates(GraphTensor x) => throw new MissingWeightException("altup_proj.weight");
}
