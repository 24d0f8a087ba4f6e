"""Networks between networks, and what else EC2 and Auto Scaling keep, on moto."""
import json

TAGS = [{"Key": "Name", "Value": "golden"}, {"Key": "Owner", "Value": "platform"}]


def tagged(kind):
    return [{"ResourceType": kind, "Tags": TAGS}]


def gateways(client, made):
    ec2 = client("ec2")
    transit = ec2.create_transit_gateway(Description="hub", TagSpecifications=tagged("transit-gateway"))
    transit = transit["TransitGateway"]["TransitGatewayId"]
    ec2.create_transit_gateway_route_table(TransitGatewayId=transit,
                                           TagSpecifications=tagged("transit-gateway-route-table"))
    ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=transit, VpcId=made["vpc"],
                                              SubnetIds=made["subnets"],
                                              TagSpecifications=tagged("transit-gateway-attachment"))
    private = ec2.create_vpn_gateway(Type="ipsec.1", AmazonSideAsn=64512, TagSpecifications=tagged("vpn-gateway"))
    private = private["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=made["vpc"], VpnGatewayId=private)
    far = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.7", BgpAsn=65001,
                                      TagSpecifications=tagged("customer-gateway"))
    ec2.create_vpn_connection(Type="ipsec.1", VpnGatewayId=private,
                              CustomerGatewayId=far["CustomerGateway"]["CustomerGatewayId"],
                              TagSpecifications=tagged("vpn-connection"))
    ec2.create_egress_only_internet_gateway(VpcId=made["vpc"],
                                            TagSpecifications=tagged("egress-only-internet-gateway"))
    ec2.create_carrier_gateway(VpcId=made["vpc"], TagSpecifications=tagged("carrier-gateway"))


def ways(client, made):
    ec2 = client("ec2")
    other = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    ec2.create_vpc_peering_connection(VpcId=made["vpc"], PeerVpcId=other,
                                      TagSpecifications=tagged("vpc-peering-connection"))
    ec2.create_vpc_endpoint(VpcId=made["vpc"], ServiceName="com.amazonaws.eu-west-1.s3", VpcEndpointType="Gateway",
                            TagSpecifications=tagged("vpc-endpoint"))
    ec2.create_vpc_endpoint(VpcId=made["vpc"], ServiceName="com.amazonaws.eu-west-1.ec2",
                            VpcEndpointType="Interface", SubnetIds=made["subnets"],
                            SecurityGroupIds=[made["group"]], PrivateDnsEnabled=True)
    ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "domain-name", "Values": ["golden.internal"]}],
                            TagSpecifications=tagged("dhcp-options"))
    balancers = client("elbv2").describe_load_balancers(Names=["golden-network"])["LoadBalancers"]
    ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancers[0]["LoadBalancerArn"]],
                                                  AcceptanceRequired=True)
    listed = ec2.create_managed_prefix_list(
        PrefixListName="golden-offices", MaxEntries=5, AddressFamily="IPv4",
        Entries=[{"Cidr": "192.0.2.0/24", "Description": "office"}], TagSpecifications=tagged("prefix-list"))
    made["prefix_list"] = listed["PrefixList"]["PrefixListId"]
    ec2.create_flow_logs(ResourceIds=[made["vpc"]], ResourceType="VPC", TrafficType="REJECT",
                         LogDestinationType="s3", LogDestination="arn:aws:s3:::golden-full",
                         TagSpecifications=tagged("vpc-flow-log"))


def fleets(client, made):
    ec2 = client("ec2")
    ec2.allocate_hosts(AvailabilityZone="eu-west-1a", InstanceType="m5.large", Quantity=1,
                       TagSpecifications=tagged("dedicated-host"))
    image = ec2.describe_images(Owners=["self"])["Images"][0]["ImageId"]
    ec2.request_spot_instances(SpotPrice="0.05", InstanceCount=1, TagSpecifications=tagged("spot-instances-request"),
                               LaunchSpecification={"ImageId": image, "InstanceType": "t3.micro",
                                                    "UserData": "ZXhwb3J0IFBBU1NXT1JEPWh1bnRlcjI="})
    ec2.request_spot_fleet(SpotFleetRequestConfig={
        "IamFleetRole": "arn:aws:iam::123456789012:role/golden-role", "TargetCapacity": 1, "SpotPrice": "0.05",
        "AllocationStrategy": "lowestPrice", "LaunchSpecifications": [
            {"ImageId": image, "InstanceType": "t3.micro", "SubnetId": made["subnets"][0]}]})
    template = ec2.describe_launch_templates()["LaunchTemplates"][0]["LaunchTemplateId"]
    ec2.create_fleet(LaunchTemplateConfigs=[
        {"LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "1"}}],
        TargetCapacitySpecification={"TotalTargetCapacity": 1, "DefaultTargetCapacityType": "on-demand"},
        Type="maintain", TagSpecifications=tagged("fleet"))
    ec2.create_traffic_mirror_target(NetworkInterfaceId=ec2.describe_network_interfaces(
        Filters=[{"Name": "description", "Values": ["spare"]}])["NetworkInterfaces"][0]["NetworkInterfaceId"],
        Description="copies", TagSpecifications=tagged("traffic-mirror-target"))
    ec2.enable_ebs_encryption_by_default()


def scaling(client, made):
    autoscaling = client("autoscaling")
    image = client("ec2").describe_images(Owners=["self"])["Images"][0]["ImageId"]
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="golden-launch", ImageId=image, InstanceType="t3.micro",
        SecurityGroups=[made["group"]], UserData="export PASSWORD=hunter2")
    autoscaling.put_scaling_policy(AutoScalingGroupName="golden-group", PolicyName="golden-policy",
                                   PolicyType="SimpleScaling", AdjustmentType="ChangeInCapacity",
                                   ScalingAdjustment=1, Cooldown=60)
    autoscaling.put_scheduled_update_group_action(AutoScalingGroupName="golden-group",
                                                  ScheduledActionName="golden-night", Recurrence="0 20 * * *",
                                                  MinSize=0, MaxSize=2, DesiredCapacity=0)


def names(client, made):
    route53 = client("route53")
    for name, private in (("golden.example.", False), ("golden.internal.", True)):
        extra = {"VPC": {"VPCRegion": "eu-west-1", "VPCId": made["vpc"]}} if private else {}
        zone = route53.create_hosted_zone(Name=name, CallerReference=name, HostedZoneConfig={
            "Comment": "golden", "PrivateZone": private}, **extra)["HostedZone"]["Id"]
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [
            {"Action": "CREATE", "ResourceRecordSet": {
                "Name": "www." + name, "Type": "A", "TTL": 60, "SetIdentifier": side, "Weight": weight,
                "ResourceRecords": [{"Value": f"192.0.2.{weight}"}]}} for side, weight in (("a", 1), ("b", 2))]})
    check = route53.create_health_check(CallerReference="golden", HealthCheckConfig={
        "Type": "HTTPS", "FullyQualifiedDomainName": "www.golden.example", "Port": 443, "ResourcePath": "/"})
    route53.change_tags_for_resource(ResourceType="healthcheck", ResourceId=check["HealthCheck"]["Id"],
                                     AddTags=TAGS)
    resolver = client("route53resolver")
    endpoint = resolver.create_resolver_endpoint(
        CreatorRequestId="golden", Name="golden-out", Direction="OUTBOUND", SecurityGroupIds=[made["group"]],
        IpAddresses=[{"SubnetId": subnet} for subnet in made["subnets"]], Tags=TAGS)["ResolverEndpoint"]["Id"]
    resolver.create_resolver_rule(CreatorRequestId="golden", Name="golden-rule", RuleType="FORWARD",
                                  DomainName="corp.example", ResolverEndpointId=endpoint, Tags=TAGS,
                                  TargetIps=[{"Ip": "192.0.2.53", "Port": 53}])


def edge(client, made):
    del made
    front = client("cloudfront", "us-east-1")
    origin = {"Id": "golden", "DomainName": "golden-full.s3.amazonaws.com",
              "S3OriginConfig": {"OriginAccessIdentity": ""},
              "CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "X-Key", "HeaderValue": "hunter2-header"}]}}
    front.create_distribution_with_tags(DistributionConfigWithTags={"Tags": {"Items": TAGS}, "DistributionConfig": {
        "CallerReference": "golden", "Comment": "golden", "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": ["www.golden.example"]},
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {"TargetOriginId": "golden", "ViewerProtocolPolicy": "redirect-to-https",
                                 "MinTTL": 0, "ForwardedValues": {"QueryString": False,
                                                                  "Cookies": {"Forward": "none"}}}}})
    front.create_origin_access_control(OriginAccessControlConfig={
        "Name": "golden", "Description": "golden", "SigningProtocol": "sigv4", "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3"})
    front.create_function(Name="golden-function", FunctionCode=b"function handler(event) { return event.request; }",
                          FunctionConfig={"Comment": "golden", "Runtime": "cloudfront-js-2.0"})


def lines(client, made):
    client("directconnect").create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="golden-line",
                                              tags=[{"key": "Owner", "value": "platform"}])
    firewall = client("network-firewall")
    firewall.create_firewall(
        FirewallName="golden-firewall", VpcId=made["vpc"], SubnetMappings=[{"SubnetId": made["subnets"][0]}],
        FirewallPolicyArn="arn:aws:network-firewall:eu-west-1:123456789012:firewall-policy/golden", Tags=TAGS)
    client("vpc-lattice").create_service_network(name="golden-services")
    found = client("servicediscovery")
    found.create_http_namespace(Name="golden-names", Description="golden", Tags=TAGS)
    place = found.list_namespaces()["Namespaces"][0]["Id"]
    found.create_service(Name="golden-orders", NamespaceId=place, Description="golden",
                         DnsConfig={"NamespaceId": place, "DnsRecords": [{"Type": "A", "TTL": 60}]})


def gates(client, made):
    """API Gateway, both kinds."""
    del made
    first = client("apigateway")
    api = first.create_rest_api(name="golden-api", description="golden", tags={"Owner": "platform"})["id"]
    root = first.get_resources(restApiId=api)["items"][0]["id"]
    first.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    first.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK",
                          integrationHttpMethod="POST", uri="arn:aws:apigateway:eu-west-1:lambda:path/x")
    deployment = first.create_deployment(restApiId=api)["id"]
    first.create_stage(restApiId=api, stageName="golden", deploymentId=deployment, tags={"Owner": "platform"},
                       variables={"password": "hunter2-stage"})
    first.create_api_key(name="golden-key", enabled=True, value="hunter2-api-key-of-golden")
    first.create_usage_plan(name="golden-plan", throttle={"burstLimit": 5, "rateLimit": 2.5},
                            apiStages=[{"apiId": api, "stage": "golden"}])
    second = client("apigatewayv2")
    http = second.create_api(Name="golden-http", ProtocolType="HTTP", Tags={"Owner": "platform"})["ApiId"]
    second.create_stage(ApiId=http, StageName="golden", StageVariables={"password": "hunter2-stage"})
    second.create_domain_name(DomainName="api.golden.example", DomainNameConfigurations=[
        {"EndpointType": "REGIONAL", "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/golden"}],
        Tags={"Owner": "platform"})


def stacks(client, made):
    del made
    template = json.dumps({"Parameters": {"Password": {"Type": "String"}}, "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "golden-of-stack"}}},
        "Outputs": {"Topic": {"Value": {"Ref": "Topic"}}}})
    formation = client("cloudformation")
    formation.create_stack(StackName="golden-stack", TemplateBody=template, Tags=TAGS, Parameters=[
        {"ParameterKey": "Password", "ParameterValue": "hunter2-parameter"}])
    formation.create_stack_set(StackSetName="golden-set", TemplateBody=template, Description="golden", Parameters=[
        {"ParameterKey": "Password", "ParameterValue": "hunter2-parameter"}])


STEPS = [gateways, ways, fleets, scaling, names, edge, lines, gates, stacks]
